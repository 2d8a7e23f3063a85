"""Keys made from the secrets of settings: each purpose has one of its own, so that no use of a secret helps another."""

import hashlib
import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mesh.settings import Secret

KEY_BYTES = 32


def derived_key(secret: Secret, purpose: str) -> bytes:
    """Return 32 octets of HKDF-SHA256 whose label is the purpose; of an empty secret random ones, others each time."""
    material = secret.reveal().encode()
    if not material:
        return secrets.token_bytes(KEY_BYTES)
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"guild/1/{purpose}".encode()).derive(material)


def derived_keys(secret: Secret, purpose: str) -> tuple[bytes, ...]:
    """Return the key, and behind it the one that was derived before there were labels: for what it left at rest."""
    material = secret.reveal().encode()
    before = hashlib.sha256(f"{purpose}:".encode() + material).digest()
    return (derived_key(secret, purpose), before) if material else (derived_key(secret, purpose),)


def named_secrets(keys: Secret, purpose: str) -> dict[str, Secret]:
    """Return secrets by their ids from `id:secret,id:secret`, the newest first; a random one for none.

    Raises ValueError for what is not `id:secret`, or of one id twice.
    """
    given = [part.strip().partition(":") for part in keys.reveal().split(",") if part.strip()]
    named = {name: Secret(secret) for name, _, secret in given} or {"": Secret(secrets.token_hex(KEY_BYTES))}
    if given and (len(named) < len(given) or not all(name and secret for name, secret in named.items())):
        raise ValueError(f"the keys of {purpose} are ID:SECRET with different ids, newest first")
    return named
