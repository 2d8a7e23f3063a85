"""The door of a process: calls are let in as fast as they can be answered in time, the others are refused at once.

A process that takes more than it can do answers nobody: every call gets a share of its time, and all are late. So the
door lets a number of calls in that adapts to how long they take, lets the next ones wait a moment, and refuses what has
waited too long, or could not be done before its deadline, before any work is done for it.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Protocol

from prometheus_client import Counter, Gauge

from mesh.contract import Access, MethodSpec, Priority
from mesh.errors import Unavailable
from mesh.limits.adaptive_limit import LEAST, AdaptiveLimit
from mesh.limits.waiting_line import WaitingLine

RETRY_AFTER_SECONDS = 1.0
SHARES = (0.8, 0.95, 1.0, 1.1)
"""Of the places, by rank: what nobody waits for is refused first, sign-in and permission checks late, operators last:
they have places of their own."""
OPERATORS = 3
_RANKS = {Priority.LOW: 0, Priority.NORMAL: 1, Priority.HIGH: 2}

LOOK_SECONDS = 0.01
"""How often the line is looked at while somebody waits."""
PATIENCE = 0.3
MOST_PATIENCE_SECONDS = 2.0
"""The part of its time that a call may wait at the door, and how long that is at most."""
MEANT = 0.4
MEANT_OF_POLICY = 0.05, 0.2
"""The part of its time that a call should take once it is let in, within these parts of its policy's deadline: a client
in a hurry does not make the server take less work than it can do for everybody else."""
LONG_SECONDS = 10.0
"""The deadline of a method that has none."""
SETTING_UP_SECONDS = 0.25
"""A stream takes a place for so long at most: its beginning is work, its life is not."""
_WEIGHT = 0.1
"""Of the newest call in the average time of a method's calls."""

_shed = Counter("guild_rpc_server_shed_total", "Calls refused because the process was overloaded.", ("priority",))
_open = Gauge("guild_rpc_server_open", "Calls being served, open streams included.")
_limit = Gauge("guild_rpc_server_limit", "Calls that are worked on at once at most, open streams apart.")
_waiting = Gauge("guild_rpc_server_waiting", "Calls that wait at the door.")


class Overloaded(Unavailable):
    """This instance has more work than time; another one may not."""

    reason = "OVERLOADED"


def overloaded() -> Overloaded:
    """Return what a call is refused with."""
    return Overloaded("this server is busy: try again in a moment", retry_after=RETRY_AFTER_SECONDS)


class Entrant(Protocol):
    """A call at the door; times are on time.monotonic()."""

    @property
    def expires(self) -> float | None:
        """When nobody waits for the answer any more."""
        ...

    def is_over(self) -> bool:
        """Tell whether it has ended while it waited."""
        ...

    def admit(self, now: float) -> None:
        """Begin; the door is told by `leave` when it has ended."""
        ...

    def refuse(self) -> None:
        """End it with Overloaded."""
        ...


class Lane:
    """What the door knows of a method."""

    __slots__ = ("deadline", "rank", "seconds", "shed", "streams", "waits")

    def __init__(self, method: MethodSpec) -> None:
        policy = method.required_policy
        self.rank = OPERATORS if policy.access is Access.ADMIN else _RANKS[policy.priority]
        self.shed = _shed.labels("operators" if self.rank == OPERATORS else policy.priority.name.lower())
        """Counts its calls that were refused."""
        self.deadline = LONG_SECONDS if policy.deadline is None else policy.deadline
        self.streams = method.client_streaming or method.server_streaming
        self.waits = not self.streams or policy.deadline is not None
        """Whether its calls may wait: when clients reconnect, streams that last would stand before everybody else."""
        self.seconds = 0.0
        """How long its calls take lately, once they are let in."""

    def meant(self, allowed: float | None) -> float:
        """Return how long a call should take that has `allowed` seconds."""
        least, most = MEANT_OF_POLICY
        if allowed is None:
            return self.deadline * most
        return min(max(allowed * MEANT, self.deadline * least), self.deadline * most)

    def took(self, seconds: float) -> None:
        """Count a call."""
        self.seconds += (seconds - self.seconds) * _WEIGHT


class Door:
    """One for the process: all its ports share one event loop.

    `most` bounds the open calls of any kind, long streams and those that wait included: it is about memory, not time.
    """

    def __init__(
        self,
        most: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        later: Callable[[float, Callable[[], None]], object] | None = None,
    ) -> None:
        self.open = 0
        """Calls that were let in and have not ended."""
        self.limit = AdaptiveLimit(float(most))
        self._most = most
        self._working = 0
        self._setting_up: dict[float, int] = {}
        """How many streams have a place, by when they were let in."""
        self._line: WaitingLine[tuple[Entrant, Lane]] = WaitingLine(len(SHARES))
        self._clock = clock
        self._later = later or _later
        self._looking = False
        self._refused_at = float("-inf")
        _open.set_function(lambda: self.open)
        _limit.set_function(lambda: self.limit.value)
        _waiting.set_function(lambda: len(self._line))

    def is_overloaded(self) -> bool:
        """Tell whether calls were refused lately: what is late now is not late for lack of patience."""
        return self._clock() - self._refused_at < RETRY_AFTER_SECONDS

    def arrive(self, entrant: Entrant, lane: Lane) -> None:
        """Let it in now, or later, or refuse it."""
        share, now = SHARES[lane.rank], self._clock()
        if self._working < self.limit.value * share and self.open < self._most * share:
            if self._working >= LEAST and _is_too_late(entrant, lane, now):
                self._refuse(entrant, lane)
            else:
                self._admit(entrant, lane, now)
        elif (
            not lane.waits
            or self.open + len(self._line) >= self._most * share
            or self._line.is_hopeless(lane.rank, now, self.limit.value)
        ):
            self._refuse(entrant, lane)
        else:
            self._line.add((entrant, lane), lane.rank, now, _patience(entrant, lane, now))
            if not self._looking:
                self._look_later()

    def leave(self, lane: Lane, since: float, expires: float | None, *, answered: bool) -> None:
        """Count a call that was let in at `since` and has ended; somebody else may come in.

        One that was not `answered`, because a peer refused it or nobody waited any more, says how late this process
        is when it took too long; when it was quick it says nothing: work takes longer than a refusal.
        """
        self.open -= 1
        now = self._clock()
        if lane.streams:
            beginning = self._setting_up.get(since, 0)
            if not beginning:
                return  # it gave its place back long ago
            self._setting_up[since] = beginning - 1
        else:
            taken, meant = now - since, lane.meant(None if expires is None else expires - since)
            if answered or taken > meant:
                lane.took(taken)
                self.limit.ended(now, taken, meant, self._working)
        self._working -= 1
        if self._looking:  # as long as somebody waits
            self._let_in(now)

    async def enter(self, lane: Lane, remaining: float | None) -> float:
        """Wait to be let in, and return when that was; whoever gets that calls `leave`. Raises Overloaded."""
        walker = _Walker(None if remaining is None else self._clock() + remaining)
        self.arrive(walker, lane)
        return await walker.inside(self, lane)

    def _admit(self, entrant: Entrant, lane: Lane, now: float) -> None:
        self.open += 1
        self._working += 1
        if lane.streams:
            beginning = self._setting_up.get(now, 0)
            if not beginning:
                self._later(SETTING_UP_SECONDS, partial(self._set_up, now))
            self._setting_up[now] = beginning + 1
        entrant.admit(now)

    def _set_up(self, since: float) -> None:
        """Take back the places of streams that were let in at `since` and have not ended."""
        self._working -= self._setting_up.pop(since, 0)
        self._let_in(self._clock())

    def _let_in(self, now: float) -> None:
        for rank in reversed(range(len(SHARES))):
            share = SHARES[rank]
            while self._working < self.limit.value * share and self.open < self._most * share:
                found = self._line.next(rank, now)
                if found is None:
                    break
                entrant, lane = found
                if entrant.is_over():
                    continue
                if _is_too_late(entrant, lane, now):
                    self._refuse(entrant, lane)
                else:
                    self._admit(entrant, lane, now)

    def _refuse(self, entrant: Entrant, lane: Lane) -> None:
        if not entrant.is_over():
            self._refused_at = self._clock()
            lane.shed.inc()
            entrant.refuse()

    def _look_later(self) -> None:
        self._looking = True
        self._later(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        self._looking = False
        now = self._clock()
        for entrant, lane in self._line.turn_away(now):
            self._refuse(entrant, lane)
        self._let_in(now)
        if self._line:
            self._look_later()


class _Walker:
    """An entrant that is a task of its own."""

    __slots__ = ("_called", "_since", "expires")

    def __init__(self, expires: float | None) -> None:
        self.expires = expires
        self._since: float | None = None
        self._called: asyncio.Future[None] | None = None

    def is_over(self) -> bool:
        return self._called is not None and self._called.done()

    def admit(self, now: float) -> None:
        self._since = now
        if self._called is not None:
            self._called.set_result(None)

    def refuse(self) -> None:
        if self._called is None:
            raise overloaded()
        self._called.set_exception(overloaded())

    async def inside(self, door: Door, lane: Lane) -> float:
        """Return when it was let in; raises Overloaded."""
        if self._since is None:
            self._called = asyncio.get_running_loop().create_future()
            try:
                await self._called
            except asyncio.CancelledError:
                if self._since is not None:  # it was let in just now
                    door.leave(lane, self._since, self.expires, answered=False)
                raise
        assert self._since is not None, "let in, or refused"  # noqa: S101
        return self._since


def _patience(entrant: Entrant, lane: Lane, now: float) -> float:
    left = lane.deadline if entrant.expires is None else min(lane.deadline, entrant.expires - now)
    return min(MOST_PATIENCE_SECONDS, left * PATIENCE)


def _is_too_late(entrant: Entrant, lane: Lane, now: float) -> bool:
    return entrant.expires is not None and entrant.expires - now < lane.seconds


def _later(seconds: float, what: Callable[[], None]) -> object:
    return asyncio.get_running_loop().call_later(seconds, what)
