"""How roles of the mesh prove to each other who they are: short tokens, each signed with the role's own key."""

import re
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from jwt.types import Options

from mesh.auth.errors import TokenExpired, TokenInvalid
from mesh.auth.refused import RefusedTokens
from mesh.auth.role_keys import TOKENS_LIVE_SECONDS, PublishedKeys, read_private
from mesh.clock import Clock, SystemClock
from mesh.settings import AuthSettings, SettingsError
from mesh.telemetry import get_logger

RENEW_SECONDS = 60
"""A token with less left than this is replaced, so that none expires on its way."""
SKEW_SECONDS = 30
"""How far the clocks of two machines may be apart."""

_SUBJECT = re.compile(r"service:([a-z][a-z0-9-]{0,39})")
_MAX_TOKEN_CHARACTERS = 1024
_MAX_REMEMBERED = 256
_UNCHECKED: Options = {"verify_signature": False}
_CHECKS: Options = {"require": ["aud", "sub", "iat", "exp"], "verify_exp": False, "verify_iat": False}
"""Times are compared with the clock that was handed in, not with PyJWT's."""

_log = get_logger(__name__)


class ServiceCredentials:
    """The identity of this role; without a folder of keys it has none, and `token` is empty."""

    def __init__(self, role: str, settings: AuthSettings, clock: Clock | None = None) -> None:
        """Raise SettingsError when the key is missing, or is not the one published for this role."""
        self.role = role
        self._clock = clock or SystemClock()
        self._path = settings.role_key_dir / f"{role}.key" if settings.role_key_dir else None
        self._key = self._first_key(settings)
        self._tokens: dict[str, tuple[str, float]] = {}

    def token(self, audience: str) -> str:
        """Return the value of `x-guild-service-token` for calls to one service, made anew every minute."""
        if self._key is None:
            return ""
        now = self._clock.now().timestamp()
        token, renew_at = self._tokens.get(audience, ("", 0.0))
        if now >= renew_at:
            payload = {
                "aud": audience,
                "sub": f"service:{self.role}",
                "iat": int(now),
                "exp": int(now) + TOKENS_LIVE_SECONDS,
            }
            token = jwt.encode(payload, self._newest_key(self._key), algorithm="EdDSA")
            self._tokens[audience] = token, now + TOKENS_LIVE_SECONDS - RENEW_SECONDS
        return token

    def _first_key(self, settings: AuthSettings) -> Ed25519PrivateKey | None:
        if self._path is None:
            return None
        try:
            key = read_private(self._path)
            published = (
                PublishedKeys(settings.role_public_keys_dir).of(self.role) if settings.role_public_keys_dir else ()
            )
        except (OSError, ValueError) as error:
            raise SettingsError(f"GUILD_AUTH_ROLE_KEY_DIR: {self.role} has no key to sign with: {error}") from error
        mine = key.public_key().public_bytes_raw()
        if published and mine not in {one.public_bytes_raw() for one in published}:
            raise SettingsError(f"GUILD_AUTH_ROLE_KEY_DIR: {self._path} is not the key published for {self.role}")
        return key

    def _newest_key(self, known: Ed25519PrivateKey) -> Ed25519PrivateKey:
        """Read the key again: it may have been exchanged."""
        try:
            self._key = read_private(self._path) if self._path else known
        except (OSError, ValueError) as error:
            _log.warning("cannot read the key of this role, signing with the one known", error=repr(error))
        return self._key or known


class ServiceVerifier:
    """Recognises the callers of one service by their published keys; without a folder of those it recognises nobody."""

    def __init__(self, service: str, settings: AuthSettings, clock: Clock | None = None) -> None:
        self._service = service
        self._keys = PublishedKeys(settings.role_public_keys_dir) if settings.role_public_keys_dir else None
        self._clock = clock or SystemClock()
        self._known: dict[str, tuple[str, int]] = {}
        self._refused = RefusedTokens(self._keys_of)

    def verify(self, token: str) -> str:
        """Return the name of the calling role; raises TokenInvalid or TokenExpired."""
        now = self._clock.now().timestamp()
        role, expires_at = self._known.get(token) or self._check(token, now)
        if expires_at <= now:
            raise TokenExpired("the service token has expired")
        return role

    def _check(self, token: str, now: float) -> tuple[str, int]:
        if token in self._refused:
            raise TokenInvalid("the service token is not valid")
        try:
            role, said = self._signed(token)
            issued_at, expires_at = int(said["iat"]), int(said["exp"])
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise TokenInvalid("the service token is not valid") from error
        if issued_at > now + SKEW_SECONDS or expires_at > issued_at + TOKENS_LIVE_SECONDS:
            raise TokenInvalid("the service token comes from the future, or lives longer than any we make")
        if len(self._known) >= _MAX_REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[token] = role, expires_at
        return role, expires_at

    def _signed(self, token: str) -> tuple[str, dict[str, Any]]:
        """Return who signed the token and what it says; the name in it counts only with that very role's key."""
        if self._keys is None:
            raise TokenInvalid("no service is recognised here: GUILD_AUTH_ROLE_PUBLIC_KEYS_DIR is not set")
        if len(token) > _MAX_TOKEN_CHARACTERS:
            raise TokenInvalid(f"a service token has at most {_MAX_TOKEN_CHARACTERS} characters")
        claimed = _SUBJECT.fullmatch(str(jwt.decode(token, options=_UNCHECKED).get("sub")))
        if claimed is None:
            raise TokenInvalid("the service token names no service")
        problem: jwt.PyJWTError = jwt.InvalidKeyError(f"no key is published for {claimed[1]}")
        keys = self._keys.of(claimed[1])
        for key in keys:
            try:
                said = jwt.decode(token, key, algorithms=["EdDSA"], audience=self._service, options=_CHECKS)
            except jwt.PyJWTError as error:
                problem = error
            else:
                return claimed[1], said
        if not isinstance(problem, jwt.ImmatureSignatureError):  # which time mends
            self._refused.add(token, claimed[1], keys)
        raise problem

    def _keys_of(self, role: str) -> tuple[Ed25519PublicKey, ...]:
        try:
            return self._keys.of(role) if self._keys is not None else ()
        except ValueError:  # a bad file: told where a token is checked
            return ()
