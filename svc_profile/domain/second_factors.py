"""What proves beside the password that an account is somebody's, and what happens when a proof is wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import TypeAlias

from mesh.errors import FailedPrecondition, InvalidArgument, Unauthenticated
from svc_profile.domain.passkeys import Shown

STEPPED_UP_FOR = timedelta(minutes=5)
"""How long a step-up lasts: one visit to the settings."""


class SecondFactorInvalid(InvalidArgument):
    """The proof is wrong, or was used before; which of the two is not said."""

    reason = "SECOND_FACTOR_INVALID"

    def __init__(self) -> None:
        super().__init__("the proof is not valid: give one that was not used yet")


class SecondFactorTokenInvalid(Unauthenticated):
    """The second step of a sign-in cannot be taken with this token."""

    reason = "SECOND_FACTOR_TOKEN_INVALID"

    def __init__(self) -> None:
        super().__init__("the sign-in cannot be completed: begin again")


class SecondFactorRequired(FailedPrecondition):
    """A password proves too little for an account with a second factor."""

    reason = "SECOND_FACTOR_REQUIRED"

    def __init__(self) -> None:
        super().__init__("the account has a second factor: prove it with that")


class SecondFactorMissing(FailedPrecondition):
    """The account has no second factor."""

    reason = "SECOND_FACTOR_MISSING"

    def __init__(self) -> None:
        super().__init__("the account has no second factor: set one up first")


class Kind(StrEnum):
    """A way to give the second proof."""

    TOTP = "totp"
    RECOVERY_CODE = "recovery_code"
    PASSKEY = "passkey"


class Factor(Enum):
    """What is added to an account or removed from it."""

    TOTP = "an authenticator app"
    PASSKEY = "a passkey"
    RECOVERY_CODES = "recovery codes"


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """The second factors of one account."""

    totp_since: datetime | None = None
    recovery_codes: int = 0
    recovery_due_at: datetime | None = None
    passkeys: int = 0

    @property
    def any(self) -> bool:
        """Whether the password alone does not open the account; recovery codes are no factor of their own."""
        return self.totp_since is not None or self.passkeys > 0

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What the account can be opened with."""
        there = {
            Kind.TOTP: self.totp_since is not None,
            Kind.PASSKEY: self.passkeys > 0,
            Kind.RECOVERY_CODE: self.any and self.recovery_codes > 0,
        }
        return tuple(kind for kind, is_there in there.items() if is_there)


@dataclass(frozen=True, slots=True)
class TotpCode:
    """What an authenticator app shows."""

    code: str


@dataclass(frozen=True, slots=True)
class RecoveryCode:
    """A code that was written down."""

    code: str


@dataclass(frozen=True, slots=True)
class PasskeyAnswer:
    """What a device answered, as its browser wrote it."""

    text: str


Proof: TypeAlias = TotpCode | RecoveryCode | PasskeyAnswer
Checked: TypeAlias = TotpCode | RecoveryCode | Shown
"""A proof that is about to be taken: what a passkey signed was verified before, since that takes its time."""


@dataclass(frozen=True, slots=True)
class Password:
    """What the member knows."""

    password: str
