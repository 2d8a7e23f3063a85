"""How long a sign-in must wait after failures: a delay that doubles, and nobody is locked out for good."""

from dataclasses import dataclass
from datetime import timedelta

from mesh.errors import ResourceExhausted

WINDOW = timedelta(minutes=15)  # failures older than this are forgotten
_FIRST_DELAY = timedelta(seconds=30)
_LONGEST_DELAY = timedelta(minutes=15)


class TooManyLogins(ResourceExhausted):
    """Too many failed sign-ins lately."""

    reason = "LOGIN_THROTTLED"

    def __init__(self, wait: timedelta) -> None:
        super().__init__(
            "too many failed sign-ins: wait before the next attempt", retry_after=max(1.0, wait.total_seconds())
        )


@dataclass(frozen=True, slots=True)
class Failures:
    """The failed sign-ins of one key within the window."""

    count: int
    since_last: timedelta


def wait(failures: Failures, *, free: int) -> timedelta:
    """How long the next attempt must wait: nothing for `free` failures, then 30 s, doubling up to 15 min."""
    if failures.count < free:
        return timedelta()
    doublings = min(failures.count - free, 10)
    return max(timedelta(), min(_FIRST_DELAY * 2**doublings, _LONGEST_DELAY) - failures.since_last)
