"""The line before a door: who waits there is served in turn, or, when there is no hope of that, the newest first.

While everybody's turn comes in time the line is fair. Once somebody's patience has run out there is more work than
time: who has waited longest is then the least likely to be served before its deadline, so the line turns around, and
waiting in it is brief (adaptive LIFO with controlled delay, as in Maurer, "Fail at Scale", ACM Queue 13(8), 2015).
"""

from collections import deque
from collections.abc import Iterator
from typing import Generic, NamedTuple, TypeVar

E = TypeVar("E")

STRAINED_SECONDS = 0.1
"""So long after somebody has waited in vain the line still stands."""
BRIEF_SECONDS = 0.025
"""The patience of a line that stands; who had less to begin with tells nothing about the line."""


class _Place(NamedTuple, Generic[E]):
    entrant: E
    since: float
    until: float


class WaitingLine(Generic[E]):
    """Ranks from 0; a higher one is served before all lower ones. Times are seconds on one clock."""

    def __init__(self, ranks: int) -> None:
        self._ranks: list[deque[_Place[E]]] = [deque() for _ in range(ranks)]
        self._in_vain = float("-inf")

    def __len__(self) -> int:
        return sum(map(len, self._ranks))

    def is_strained(self, now: float) -> bool:
        """Tell whether somebody waited in vain lately."""
        return now - self._in_vain < STRAINED_SECONDS

    def is_hopeless(self, rank: int, now: float, places: float) -> bool:
        """Tell whether more stand in vain before a newcomer of a rank, or beside it, than there are places to work."""
        return self.is_strained(now) and sum(map(len, self._ranks[rank:])) >= places

    def add(self, entrant: E, rank: int, now: float, patience: float) -> None:
        """Let it wait for `patience` seconds at most."""
        self._ranks[rank].append(_Place(entrant, now, now + patience))

    def next(self, rank: int, now: float) -> E | None:
        """Take the next of a rank, None when nobody of it waits."""
        places = self._ranks[rank]
        if not places:
            return None
        return (places.pop() if self.is_strained(now) else places.popleft()).entrant

    def turn_away(self, now: float) -> Iterator[E]:
        """Take out whoever has waited long enough."""
        for places in self._ranks:
            for place in [place for place in places if place.until <= now]:
                places.remove(place)
                yield self._out(place, now)
            while places and self.is_strained(now) and now - places[0].since >= BRIEF_SECONDS:
                yield self._out(places.popleft(), now)

    def _out(self, place: _Place[E], now: float) -> E:
        if now - place.since >= BRIEF_SECONDS:
            self._in_vain = now
        return place.entrant
