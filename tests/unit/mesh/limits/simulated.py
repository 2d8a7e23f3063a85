"""A process with a door in simulated time: calls share its capacity, as they share an event loop."""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.wrappers_pb2 import StringValue

from mesh.contract import Access, Idempotency, MethodSpec, Policy, Priority
from mesh.limits.door import Door, Lane

STEP = 0.002
"""Seconds between two looks at who works."""


def lane(priority: Priority = Priority.NORMAL, *, deadline: float | None = 2.0, access: Access = Access.USER) -> Lane:
    """The lane of a unary method with such a policy."""
    return Lane(method(priority, deadline=deadline, access=access))


def method(
    priority: Priority = Priority.NORMAL,
    *,
    deadline: float | None = 2.0,
    access: Access = Access.USER,
    streams: bool = False,
) -> MethodSpec:
    """A method with such a policy; its messages do not matter."""
    policy = Policy(access, Idempotency.NO_SIDE_EFFECTS, deadline=deadline, priority=priority)
    return MethodSpec("/t.T/Call", StringValue, StringValue, False, streams, policy, (), False)


@dataclass(eq=False)
class Visit:
    """A call that came at `came`; the times of what became of it, None for what did not."""

    world: "World"
    lane: Lane
    came: float
    expires: float | None
    work: float
    sleep: float
    begun: float | None = None
    done: float | None = None
    refused: float | None = None
    gone: bool = False
    answered: bool = True
    """False for one that a peer refuses."""

    def is_over(self) -> bool:
        return self.gone or (self.expires is not None and self.world.now >= self.expires)

    def admit(self, now: float) -> None:
        self.begun = now
        self.world.working.append(self)

    def refuse(self) -> None:
        self.refused = self.world.now

    @property
    def in_time(self) -> bool:
        return self.done is not None and (self.expires is None or self.done <= self.expires)


@dataclass
class World:
    """`capacity` is in units of work a second; a call is one unit unless it says otherwise."""

    capacity: float
    most: int = 4_000
    now: float = 0.0
    working: list[Visit] = field(default_factory=list[Visit])

    def __post_init__(self) -> None:
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self.door = Door(self.most, clock=lambda: self.now, later=self.later)

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._timers, (self.now + seconds, next(self._numbers), what))

    def call(
        self, lane: Lane, *, deadline: float | None = None, work: float = 1.0, sleep: float = 0.0, answered: bool = True
    ) -> Visit:
        """A call arrives now; `sleep` is what it waits for others."""
        expires = None if deadline is None else self.now + deadline
        visit = Visit(self, lane, self.now, expires, work, sleep, answered=answered)
        self.door.arrive(visit, lane)
        return visit

    def offer(self, seconds: float, lanes: "dict[Lane, float]", **call: Any) -> list[Visit]:
        """Let calls of each lane arrive at a rate, evenly."""
        due = [(self.now + (i + 0.5) / rate, lane) for lane, rate in lanes.items() for i in range(int(seconds * rate))]
        end, made = self.now + seconds, list[Visit]()
        for when, lane in sorted(due, key=lambda one: one[0]):
            self.run(when - self.now)
            made.append(self.call(lane, **call))
        self.run(end - self.now)
        return made

    def run(self, seconds: float) -> None:
        """Let time go by."""
        end = self.now + seconds
        while self.now < end - 1e-9:
            step = min(STEP, end - self.now)
            self.now += step
            while self._timers and self._timers[0][0] <= self.now:
                heapq.heappop(self._timers)[2]()
            self._work(step)

    def _work(self, step: float) -> None:
        awake = [one for one in self.working if self.now - (one.begun or 0.0) >= one.sleep]
        for one in awake:
            one.work -= self.capacity * step / len(awake)
        for one in [one for one in self.working if one.work <= 0 or one.is_over()]:
            self.working.remove(one)
            if one.work <= 0:
                one.done = self.now
            assert one.begun is not None
            self.door.leave(one.lane, one.begun, one.expires, answered=one.done is not None and one.answered)
