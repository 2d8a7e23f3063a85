"""The line before a pool: in turn, for as long as a place may still be of use.

The wait of a newcomer is known before it begins: how long connections are held lately, times those that stand before
it, by the number of connections. Who has too little time for that is refused at once, so the line never grows beyond
what can be served in time, and whoever stands in it is served in turn: where nobody waits in vain, to serve the newest
first gains nothing.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from prometheus_client import Counter

from mesh.data.failures import RETRY_AFTER_SECONDS, DatabaseUnavailable, StatementTimeout
from mesh.limits.door import overloaded

T = TypeVar("T")

WAIT_SECONDS = 5.0
"""How long anybody waits at most, whoever has no deadline above all."""
WAIT_SHARE = 0.5
"""The part of its time that a call may spend here by our guess: it needs the rest for its work, and we may be wrong."""
_WEIGHT = 0.1
"""Of the newest lease in the average."""
_REFUSED = Counter("guild_sql_refused_total", "Calls that no connection would have come free for in time.", ["pool"])


class Line(Generic[T]):
    """Who waits for one of several things that are lent out; `clock` is that of the deadlines."""

    def __init__(self, places: int, name: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.lease_seconds = 0.0
        """How long one is held lately."""
        self._places = places
        self._waiting: dict[asyncio.Future[T], None] = {}  # in the order they came
        self._refused = _REFUSED.labels(name)

    def __len__(self) -> int:
        return len(self._waiting)

    def returned(self, seconds: float) -> None:
        """Take that one was held for so long."""
        self.lease_seconds += (seconds - self.lease_seconds) * _WEIGHT

    async def wait(self, deadline: float | None, pass_on: Callable[[T], None]) -> T:
        """Wait for one; who leaves when its turn has just come passes it on.

        Raises Overloaded at once when that would take too long, StatementTimeout at the deadline, DatabaseUnavailable
        when it takes longer than anybody waits.
        """
        left = WAIT_SECONDS
        if deadline is not None:
            left = min(left, deadline - self.clock())
            if self._seconds_to_wait() > left * WAIT_SHARE:
                self._refused.inc()
                raise overloaded()
        loop = asyncio.get_running_loop()
        place: asyncio.Future[T] = loop.create_future()
        self._waiting[place] = None
        over = loop.call_later(left, _give_up, place, _late if left < WAIT_SECONDS else _busy)
        try:
            return await place
        except asyncio.CancelledError:
            if not place.cancelled() and place.exception() is None:
                pass_on(place.result())
            raise
        finally:
            over.cancel()
            self._waiting.pop(place, None)

    def hand_over(self, one: T) -> bool:
        """Give one to whoever is next; False when nobody waits."""
        while self._waiting:
            place = next(iter(self._waiting))
            del self._waiting[place]
            if not place.done():
                place.set_result(one)
                return True
        return False

    def _seconds_to_wait(self) -> float:
        return self.lease_seconds * (len(self._waiting) + 1) / self._places


def _give_up(place: "asyncio.Future[T]", failure: Callable[[], Exception]) -> None:
    if not place.done():
        place.set_exception(failure())


def _late() -> Exception:
    return StatementTimeout("no connection to the database came free in time")


def _busy() -> Exception:
    return DatabaseUnavailable("every connection to the database is busy, try again", retry_after=RETRY_AFTER_SECONDS)
