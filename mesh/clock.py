"""The time, as something that is handed in."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; tests hand in one they can set."""

    def now(self) -> datetime:
        """Return the current time, always aware and in UTC."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return datetime.now(UTC)


def seconds_by(clock: Clock) -> Callable[[], float]:
    """Return what tells the time of `clock` in seconds since the epoch, for who asks for each call."""
    return time.time if isinstance(clock, SystemClock) else lambda: clock.now().timestamp()
