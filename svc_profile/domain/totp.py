"""Codes of authenticator apps (RFC 6238): six digits, SHA-1, a new one every thirty seconds."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from pyotp import random_base32
from pyotp.totp import TOTP

from mesh.errors import FailedPrecondition

STEP = 30  # seconds
DRIFT = 1  # steps that a clock may be wrong by, either way
CONFIRMED_WITHIN = timedelta(minutes=10)
_ISSUER = "Guild"


class TotpAlreadySetUp(FailedPrecondition):
    """There is an authenticator app: another one would make a lost one good for ever."""

    reason = "TOTP_ALREADY_SET_UP"

    def __init__(self) -> None:
        super().__init__("the account has an authenticator app: remove it first")


@dataclass(frozen=True, slots=True)
class Totp:
    """A shared secret in base 32; `last_step` is the one of the newest code that was taken."""

    secret: str
    created_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0

    @classmethod
    def new(cls, at: datetime) -> Self:
        """A secret of 160 bits, as RFC 4226 (4) asks for."""
        return cls(random_base32(), at)

    def address(self, account: str) -> str:
        """The `otpauth://` address that apps read as a QR code."""
        return TOTP(self.secret, interval=STEP).provisioning_uri(name=account, issuer_name=_ISSUER)

    def may_be_confirmed(self, at: datetime) -> bool:
        """Whether it waits for its first code."""
        return self.confirmed_at is None and at < self.created_at + CONFIRMED_WITHIN

    def step_of(self, code: str, at: datetime) -> int | None:
        """The step whose code this is, of those near `at` that are newer than the last taken; None for a wrong code.

        All of them are compared, so that time tells nothing.
        """
        now, app = int(at.timestamp()) // STEP, TOTP(self.secret, interval=STEP)
        steps = range(now - DRIFT, now + DRIFT + 1)
        matching = [step for step in steps if hmac.compare_digest(app.generate_otp(step), code)]
        return next((step for step in matching if step > self.last_step), None)
