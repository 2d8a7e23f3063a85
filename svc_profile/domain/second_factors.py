"""What proves beside the password that an account is somebody's, and what happens when a proof is wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import TypeAlias

from mesh.errors import FailedPrecondition, InvalidArgument, Unauthenticated

STEPPED_UP_FOR = timedelta(minutes=5)
"""How long a step-up lasts: one visit to the settings."""


class SecondFactorInvalid(InvalidArgument):
    """The code is wrong, or was used before; which of the two is not said."""

    reason = "SECOND_FACTOR_INVALID"

    def __init__(self) -> None:
        super().__init__("the code is not valid: enter one that was not used yet")


class SecondFactorTokenInvalid(Unauthenticated):
    """The second step of a sign-in cannot be taken with this token."""

    reason = "SECOND_FACTOR_TOKEN_INVALID"

    def __init__(self) -> None:
        super().__init__("the sign-in cannot be completed: begin again with the password")


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


class Factor(Enum):
    """What is added to an account or removed from it."""

    TOTP = "an authenticator app"
    RECOVERY_CODES = "recovery codes"


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """The second factors of one account."""

    totp_since: datetime | None = None
    recovery_codes: int = 0
    recovery_due_at: datetime | None = None

    @property
    def any(self) -> bool:
        """Whether the password alone does not open the account; recovery codes are no factor of their own."""
        return self.totp_since is not None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What the account can be opened with."""
        there = {Kind.TOTP: self.totp_since is not None, Kind.RECOVERY_CODE: self.any and self.recovery_codes > 0}
        return tuple(kind for kind, is_there in there.items() if is_there)


@dataclass(frozen=True, slots=True)
class TotpCode:
    """What an authenticator app shows."""

    code: str


@dataclass(frozen=True, slots=True)
class RecoveryCode:
    """A code that was written down."""

    code: str


Proof: TypeAlias = TotpCode | RecoveryCode


@dataclass(frozen=True, slots=True)
class Password:
    """What the member knows."""

    password: str
