"""A session: what one sign-in opened, kept alive by a family of refresh tokens of which only the newest is valid."""

import base64
import binascii
import dataclasses
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from mesh.errors import AlreadyExists, NotFound, Unauthenticated
from svc_profile.domain.devices import UNKNOWN, Client
from svc_profile.domain.ids import SessionId, UserId

LIFETIME = timedelta(days=30)  # unused for this long, a session is over
GRACE = timedelta(seconds=10)  # a client's tabs and its repeats after a lost answer come within
_ID_BYTES = 16
_SECRET_BYTES = 32  # 256 bits: not to be guessed, so a plain SHA-256 of it is enough to store


class InvalidCredentials(Unauthenticated):
    """Email and password do not belong together; which of the two is wrong is not said."""

    reason = "INVALID_CREDENTIALS"

    def __init__(self) -> None:
        super().__init__("email or password is wrong")


class InvalidRefreshToken(Unauthenticated):
    """The refresh token is malformed, unknown, expired or of a session that ended."""

    reason = "REFRESH_TOKEN_INVALID"

    def __init__(self) -> None:
        super().__init__("the refresh token is not valid: sign in again")


class RefreshTokenReused(Unauthenticated):
    """A refresh token was used twice: somebody copied it, so its whole family is revoked."""

    reason = "REFRESH_TOKEN_REUSED"

    def __init__(self) -> None:
        super().__init__("the refresh token was used before: the session is closed, sign in again")


class SessionNotFound(NotFound):
    """The caller never had such a session."""

    reason = "SESSION_NOT_FOUND"

    def __init__(self, session_id: SessionId) -> None:
        super().__init__(f"session {session_id} does not exist", metadata={"sessionId": str(session_id)})


class EmailTaken(AlreadyExists):
    """The address has an account."""

    reason = "EMAIL_TAKEN"

    def __init__(self) -> None:
        super().__init__("an account with this email exists: sign in instead")


def normalised(email: str) -> str:
    """The form an address is stored and compared in."""
    return email.strip().lower()


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """What the client holds: the session it belongs to and a secret; on the wire 64 bytes in base64url."""

    user_id: UserId
    session_id: SessionId
    secret: bytes

    @classmethod
    def new(cls, user_id: UserId, session_id: SessionId) -> Self:
        """A token with a fresh secret."""
        return cls(user_id, session_id, secrets.token_bytes(_SECRET_BYTES))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a token as the client sent it.

        Raises:
            InvalidRefreshToken: it has another shape.
        """
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise InvalidRefreshToken from None
        if len(raw) != 2 * _ID_BYTES + _SECRET_BYTES:
            raise InvalidRefreshToken
        user_id, session_id = UUID(bytes=raw[:_ID_BYTES]), UUID(bytes=raw[_ID_BYTES : 2 * _ID_BYTES])
        return cls(UserId(user_id), SessionId(session_id), raw[2 * _ID_BYTES :])

    def __str__(self) -> str:
        raw = self.user_id.bytes + self.session_id.bytes + self.secret
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    @property
    def digest(self) -> bytes:
        """What is stored in its place."""
        return hashlib.sha256(self.secret).digest()

    def seal(self, successor: Self) -> bytes:
        """The successor's secret, to be opened with this one's alone, which is stored nowhere."""
        return self._pad(successor.secret)

    def unsealed(self, sealed: bytes) -> Self:
        """The successor that was sealed with this token."""
        return dataclasses.replace(self, secret=self._pad(sealed))

    def _pad(self, secret: bytes) -> bytes:
        """One-time pad: a token has one successor, and `digest` tells nothing of the key."""
        key = hmac.digest(self.secret, b"successor", "sha256")
        return bytes(one ^ other for one, other in zip(secret, key, strict=True))


@dataclass(frozen=True, slots=True)
class Trade:
    """When a refresh token was traded, by whom, for what; not yet with `at` None."""

    at: datetime | None
    client: bytes | None
    successor: bytes | None

    def successor_for(self, client: bytes, at: datetime) -> bytes | None:
        """The sealed successor for who repeats the trade at once: another tab, or a client that lost the answer."""
        repeated = self.at is not None and at - self.at <= GRACE and client == self.client
        return self.successor if repeated else None


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in; `network` is the one of its last use."""

    user_id: UserId
    id: SessionId
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    client: Client = UNKNOWN
    network: str = ""

    @classmethod
    def open(cls, user_id: UserId, session_id: SessionId, at: datetime, client: Client) -> Self:
        """A session that begins now."""
        return cls(user_id, session_id, at, at, at + LIFETIME, client=client, network=client.network)

    def used(self, at: datetime, client: Client) -> Self:
        """The session after a refresh."""
        return dataclasses.replace(self, last_used_at=at, expires_at=at + LIFETIME, network=client.network)

    def is_live(self, at: datetime) -> bool:
        """Whether its tokens are good."""
        return self.revoked_at is None and at < self.expires_at
