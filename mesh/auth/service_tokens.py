"""How services of the mesh prove to each other who they are: short-lived tokens from one shared seed."""

import base64
import binascii
import re
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.types import Options

from mesh.auth.errors import TokenExpired, TokenInvalid
from mesh.clock import Clock, SystemClock
from mesh.settings import Secret

AUDIENCE = "guild-mesh"
TTL_SECONDS = 300
RENEW_SECONDS = 60
"""A token with less left than this is replaced, so that none expires on its way."""

_SEED_BYTES = 32
_SUBJECT = re.compile(r"service:([a-z][a-z0-9-]{0,39})")
_MAX_REMEMBERED = 256
_CHECKS: Options = {"require": ["aud", "sub", "iat", "exp"], "verify_exp": False, "verify_iat": False}


class ServiceCredentials:
    """The identity of this service; an empty seed means it has none, and `token` is empty."""

    def __init__(self, name: str, seed: Secret, clock: Clock | None = None) -> None:
        self.name = name
        self._key = private_key(seed)
        self._clock = clock or SystemClock()
        self._token = ""
        self._renew_at = 0.0

    def token(self) -> str:
        """Return the value for `x-guild-service-token`, made anew every few minutes."""
        if self._key is None:
            return ""
        now = self._clock.now().timestamp()
        if now >= self._renew_at:
            payload = {"aud": AUDIENCE, "sub": f"service:{self.name}", "iat": int(now), "exp": int(now) + TTL_SECONDS}
            self._token = jwt.encode(payload, self._key, algorithm="EdDSA")
            self._renew_at = now + TTL_SECONDS - RENEW_SECONDS
        return self._token


class ServiceVerifier:
    """Recognises services that hold the same seed; an empty seed recognises nobody."""

    def __init__(self, seed: Secret, clock: Clock | None = None) -> None:
        key = private_key(seed)
        self._key = key.public_key() if key else None
        self._clock = clock or SystemClock()
        self._known: dict[str, tuple[str, int]] = {}

    def verify(self, token: str) -> str:
        """Return the name of the service; raises TokenInvalid or TokenExpired."""
        name, expires_at = self._known.get(token) or self._check(token)
        if expires_at <= self._clock.now().timestamp():
            self._known.pop(token, None)
            raise TokenExpired("the service token has expired")
        return name

    def _check(self, token: str) -> tuple[str, int]:
        if self._key is None:
            raise TokenInvalid("no service is recognised here: GUILD_AUTH_SERVICE_KEY is not set")
        try:
            said: dict[str, Any] = jwt.decode(
                token, self._key, algorithms=["EdDSA"], audience=AUDIENCE, options=_CHECKS
            )
            subject, expires_at = _SUBJECT.fullmatch(str(said["sub"])), int(said["exp"])
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise TokenInvalid("the service token is not valid") from error
        if subject is None:
            raise TokenInvalid("the service token names no service")
        if len(self._known) >= _MAX_REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[token] = subject[1], expires_at
        return self._known[token]


def private_key(seed: Secret) -> Ed25519PrivateKey | None:
    """Return the key of a base64 seed of 32 bytes, None for an empty one; raises ValueError otherwise."""
    if not seed:
        return None
    try:
        raw = base64.b64decode(seed.reveal(), validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) != _SEED_BYTES:
        raise ValueError(f"the service key must be the base64 of {_SEED_BYTES} random bytes")
    return Ed25519PrivateKey.from_private_bytes(raw)
