"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

_BEGIN = datetime(2026, 1, 1, 12, tzinfo=UTC)


class ManualClock:
    """Tells the time it was given; begins at noon of the first of January 2026."""

    def __init__(self, now: datetime = _BEGIN) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return self._now

    def set(self, now: datetime) -> None:
        """Go to another time."""
        self._now = now.astimezone(UTC)

    def advance(self, by: timedelta | float) -> datetime:
        """Go forward by a duration or by seconds; return the new time."""
        self._now += by if isinstance(by, timedelta) else timedelta(seconds=by)
        return self._now
