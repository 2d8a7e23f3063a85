"""Operators: each has a token, of which only the hash is in the settings."""

import hashlib
import secrets

from mesh.auth.errors import TokenInvalid
from mesh.settings import AuthSettings

ADMIN = "admin"
"""Whoever brings the one token of a laptop, where no operators are named."""


class Operators:
    """Tells an operator's name by their token."""

    def __init__(self, settings: AuthSettings) -> None:
        named = (entry.partition(":")[::2] for entry in settings.operators)
        self._names = {token_hash.lower(): name for name, token_hash in named}
        if settings.admin_token:
            self._names[hashed(settings.admin_token.reveal())] = ADMIN

    def recognise(self, token: str) -> str:
        """Return whose token it is; raises TokenInvalid. What is compared are hashes, so time tells nothing."""
        name = self._names.get(hashed(token))
        if name is None:
            raise TokenInvalid("the admin token is not valid")
        return name


def new_token() -> str:
    """Return a token that nobody guesses, so that a plain hash of it is enough to keep."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """Return what settings hold in place of a token: its SHA-256 in hexadecimal digits."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
