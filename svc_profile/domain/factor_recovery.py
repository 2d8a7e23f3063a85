"""Whoever lost all second factors gets rid of them by waiting: long enough for an owner to hear of a thief."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mesh.errors import FailedPrecondition

MAY_BE_FINISHED_FOR = timedelta(days=7)
MOST_MAILS = 6
WITHIN = timedelta(days=7)


class RecoveryNotDue(FailedPrecondition):
    """Nobody asked for it, it was ended, or its time has not come."""

    reason = "RECOVERY_NOT_DUE"

    def __init__(self, wait: timedelta | None) -> None:
        seconds = max(1.0, wait.total_seconds()) if wait else None
        super().__init__("the second factors cannot be removed now: ask for it and wait", retry_after=seconds)


@dataclass(frozen=True, slots=True)
class Recovery:
    """A request to remove all second factors of an account."""

    due_at: datetime

    def is_pending(self, at: datetime) -> bool:
        """Whether it may still be finished, now or later."""
        return at < self.due_at + MAY_BE_FINISHED_FOR

    def must_be_due(self, at: datetime) -> None:
        """Raise RecoveryNotDue before its time, and long after it."""
        if not self.is_pending(at):
            raise RecoveryNotDue(None)
        if at < self.due_at:
            raise RecoveryNotDue(self.due_at - at)
