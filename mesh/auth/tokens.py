"""Access tokens: JSON Web Tokens signed with Ed25519 (RFC 7519, RFC 8037)."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
from jwt.types import Options

from mesh.auth.errors import KeysUnavailable, TokenExpired, TokenInvalid
from mesh.auth.jwks import KeySource
from mesh.auth.keyring import KeyRing
from mesh.auth.refused import RefusedTokens
from mesh.clock import Clock, SystemClock, seconds_by
from mesh.ids import UserId, uuid7
from mesh.principal import Principal

AUDIENCE = "guild"
ACCESS_TTL = timedelta(minutes=15)
MAX_TOKEN_BYTES = 4096
MAX_REMEMBERED = 16_384
"""Verified tokens kept: about 10 MB, a signature check (~120 µs) saved on each call that brings one again."""

_CLOCK_SKEW_SECONDS = 60
_REQUIRED = ["iss", "aud", "sub", "sid", "iat", "exp", "jti"]
_CHECKS: Options = {"require": _REQUIRED, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
"""Times are compared with the clock that was handed in, not with PyJWT's."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says; times are in seconds since the epoch, 0 for never."""

    user_id: UUID
    session_id: UUID
    token_id: str
    issued_at: int
    expires_at: int
    suspended: bool = False
    """The claim `suspended`: only methods that allow it may be called."""
    stepped_up_until: int = 0
    """The claim `stepped_up_until`: until then it counts as proven anew who calls."""
    limited: bool = False
    """The claim `limited`: buckets give a tenth."""
    member: Principal = field(init=False, compare=False, repr=False)
    """Who calls with nothing but the token, who was not stepped up."""

    def __post_init__(self) -> None:
        """Make what each call with the token would make anew."""
        member = Principal(UserId(self.user_id), self.session_id, suspended=self.suspended, limited=self.limited)
        object.__setattr__(self, "member", member)


class TokenSigner:
    """Makes access tokens with the current key of a ring."""

    def __init__(self, keys: KeyRing, issuer: str, clock: Clock | None = None) -> None:
        self._keys = keys
        self._issuer = issuer
        self._clock = clock or SystemClock()

    def access_token(self, user_id: UUID, session_id: UUID, ttl: timedelta = ACCESS_TTL, **claims: Any) -> str:
        """Return a signed token of this member's session; further `claims` are added as they are."""
        now = self._clock.now()
        payload = claims | {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": str(user_id),
            "sid": str(session_id),
            "iat": int(now.timestamp()),
            "exp": int((now + ttl).timestamp()),
            "jti": str(uuid7(now)),
        }
        kid, key = self._keys.signing_key()
        return jwt.encode(payload, key, algorithm="EdDSA", headers={"kid": kid, "typ": "at+jwt"})


class TokenVerifier:
    """Checks access tokens, remembering the good ones, and for a while the wrong ones."""

    def __init__(self, keys: KeySource, issuer: str, clock: Clock | None = None) -> None:
        self._keys = keys
        self._issuer = issuer
        self._seconds = seconds_by(clock or SystemClock())
        self._known: dict[str, Claims] = {}
        self._refused = RefusedTokens(keys.find)
        self._generation = keys.generation

    async def verify(self, token: str) -> Claims:
        """Return the claims of a good token.

        Raises TokenInvalid, TokenExpired, or KeysUnavailable while no key could be fetched. Whether the session was
        revoked is not asked here, because that may change from one call to the next.
        """
        claims = self.known(token)
        if claims is not None:
            return claims
        now = self._seconds()
        claims = await self._check(token, now)
        if len(self._known) >= MAX_REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[token] = claims
        if claims.expires_at <= now:
            raise _expired()
        return claims

    def known(self, token: str) -> Claims | None:
        """Return the claims of a token that was found to be good, None for one that is to be checked.

        Raises TokenExpired for one that was good once, TokenInvalid for one that was found to be wrong.
        """
        if self._generation != self._keys.generation:
            self._known.clear()  # a key may have been withdrawn
            self._generation = self._keys.generation
        claims = self._known.get(token)
        if claims is None:
            if token in self._refused:
                raise _wrong()
        elif claims.expires_at <= self._seconds():
            raise _expired()
        return claims

    def is_to_come(self, moment: int) -> bool:
        """Tell whether a time a token names is not over yet."""
        return moment > self._seconds()

    async def _check(self, token: str, now: float) -> Claims:
        if len(token) > MAX_TOKEN_BYTES:
            raise TokenInvalid(f"an access token has at most {MAX_TOKEN_BYTES} bytes")
        name, key = "", None
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            name = kid if isinstance(kid, str) else ""
            key = await self._key(name)
            said = jwt.decode(token, key, algorithms=["EdDSA"], audience=AUDIENCE, issuer=self._issuer, options=_CHECKS)
            claims = Claims(
                UUID(said["sub"]),
                UUID(said["sid"]),
                str(said["jti"]),
                int(said["iat"]),
                int(said["exp"]),
                said.get("suspended") is True,
                int(said.get("stepped_up_until", 0)),
                said.get("limited") is True,
            )
            begins_at = max(claims.issued_at, int(said.get("nbf", 0)))
        except TokenInvalid:
            if _over_anyway(token, now):  # and so is the key, long ago
                raise _expired() from None
            raise
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as error:
            self._refused.add(token, name, key)
            raise _wrong() from error
        if begins_at > now + _CLOCK_SKEW_SECONDS:
            raise TokenInvalid("the access token comes from the future: check the clocks")
        return claims

    async def _key(self, kid: str) -> Any:
        key = self._keys.find(kid)
        if key is None:
            await self._keys.refresh()
            key = self._keys.find(kid)
        if key is None and not self._keys.available():
            raise KeysUnavailable("the signing keys are not known yet: try again", retry_after=1.0)
        if key is None:
            raise TokenInvalid("the access token is signed with a key nobody published: sign in again")
        return key


def _wrong() -> TokenInvalid:
    return TokenInvalid("the access token is not valid: sign in again")


def _expired() -> TokenExpired:
    return TokenExpired("the access token has expired: refresh it")


def _over_anyway(token: str, now: float) -> bool:
    """Tell whether a token that cannot be checked says itself that its time is over."""
    try:
        return int(jwt.decode(token, options={"verify_signature": False})["exp"]) <= now
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return False
