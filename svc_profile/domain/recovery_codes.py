"""Codes that are written down for the day all else is lost: ten, each good once."""

import hashlib
import secrets

HOW_MANY = 10
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: nothing that is read as something else
_READ_AS = str.maketrans("ilo", "110", "- \t")
_GROUPS, _GROUP = 4, 4  # 80 bits: not to be guessed, so a plain SHA-256 of it is enough to store


def new_codes() -> list[str]:
    """Fresh ones, as they are shown: `7k3m-9qxd-…`."""
    return ["-".join(_group() for _ in range(_GROUPS)) for _ in range(HOW_MANY)]


def digest(code: str) -> bytes:
    """What is stored in the place of a code, however it is typed."""
    return hashlib.sha256(code.lower().translate(_READ_AS).encode()).digest()


def _group() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP))
