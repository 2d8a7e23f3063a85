"""Tokens that are mailed: who brings one back reads the mail of an address."""

import base64
import binascii
import enum
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from mesh.errors import InvalidArgument
from svc_profile.domain.ids import UserId

_ID_BYTES = 16
_SECRET_BYTES = 32  # 256 bits: not to be guessed, so a plain SHA-256 of it is enough to store


class Purpose(enum.Enum):
    """What a token is good for."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - what a token is for
    CHANGE_EMAIL = "change_email"
    UNDO_EMAIL = "undo_email"
    CANCEL_RECOVERY = "cancel_recovery"
    VERIFY_COMPANY = "verify_company"


GOOD_FOR = {
    Purpose.VERIFY_EMAIL: timedelta(days=3),
    Purpose.RESET_PASSWORD: timedelta(hours=1),
    Purpose.CHANGE_EMAIL: timedelta(days=1),
    Purpose.UNDO_EMAIL: timedelta(days=7),
    Purpose.CANCEL_RECOVERY: timedelta(days=14),
    Purpose.VERIFY_COMPANY: timedelta(days=1),
}
"""How long a token works: the shorter, the more it gives."""


class VerificationTokenInvalid(InvalidArgument):
    """The token is malformed, unknown, used, too old, or of another address."""

    reason = "VERIFICATION_TOKEN_INVALID"

    def __init__(self) -> None:
        super().__init__("the token is not valid: ask for another mail")


class ResetTokenInvalid(InvalidArgument):
    """The token is malformed, unknown, used, too old, or of another address."""

    reason = "RESET_TOKEN_INVALID"

    def __init__(self) -> None:
        super().__init__("the token is not valid: ask for another mail")


@dataclass(frozen=True, slots=True)
class MailedToken:
    """What stands in a mail: whose account it is about and a secret, 48 bytes in base64url."""

    user_id: UserId
    secret: bytes

    @classmethod
    def new(cls, user_id: UserId) -> Self:
        """A token with a fresh secret."""
        return cls(user_id, secrets.token_bytes(_SECRET_BYTES))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a token as it came back; None when it has another shape."""
        try:
            raw = base64.b64decode(text, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        if len(raw) != _ID_BYTES + _SECRET_BYTES:
            return None
        return cls(UserId(UUID(bytes=raw[:_ID_BYTES])), raw[_ID_BYTES:])

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(self.user_id.bytes + self.secret).decode()

    @property
    def digest(self) -> bytes:
        """What is stored in its place."""
        return hashlib.sha256(self.secret).digest()


@dataclass(frozen=True, slots=True)
class Mailed:
    """What is known of a token that was mailed to an address; `about` is what it is good for beside the account."""

    email: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    about: str = ""

    def is_good(self, at: datetime) -> bool:
        """Whether it may be used now."""
        return self.used_at is None and at < self.expires_at
