"""The phone number of an account, proven by a code that is sent there."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from mesh.errors import FailedPrecondition, FieldViolation, InvalidArgument, ResourceExhausted

GOOD_FOR = timedelta(minutes=10)
MOST_GUESSES = 5  # of a million codes
MOST_CODES = 5  # to one number, whoever asks, in the window
WINDOW = timedelta(days=1)


class PhoneCodeInvalid(InvalidArgument):
    """The code is wrong, was wrong too often, or is too old."""

    reason = "PHONE_CODE_INVALID"

    def __init__(self) -> None:
        super().__init__(
            "the code is not valid: ask for another", violations=[FieldViolation("code", "must be the one last sent")]
        )


class EmailNotVerified(FailedPrecondition):
    """Accounts cost nothing and text messages do: nobody sends them who did not read a mail of ours."""

    reason = "EMAIL_NOT_VERIFIED"

    def __init__(self) -> None:
        super().__init__("the address of the account is not verified: verify it first")


class PhoneCodeThrottled(ResourceExhausted):
    """The number got several codes lately."""

    reason = "PHONE_CODE_THROTTLED"

    def __init__(self) -> None:
        super().__init__("several codes were sent to this number lately", retry_after=WINDOW.total_seconds())


@dataclass(frozen=True, slots=True)
class SentCode:
    """A code that was sent, as far as it is stored; `guesses` counts the one that is being looked at."""

    code_hash: str
    guesses: int
    expires_at: datetime

    def may_be_tried(self, at: datetime) -> bool:
        """Whether a guess at it counts."""
        return self.guesses <= MOST_GUESSES and at < self.expires_at


def new_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(1_000_000):06}"
