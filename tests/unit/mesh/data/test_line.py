"""The line before a pool, in simulated time: who is served, who is refused, who leaves."""

import asyncio
import random
import selectors
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.data import DatabaseUnavailable, StatementTimeout
from mesh.data.line import WAIT_SECONDS, Line
from mesh.limits.door import Overloaded

PLACES = 4
LEASE = 0.01
CAPACITY = PLACES / LEASE


class SimulatedSelector(selectors.DefaultSelector):
    """Passes the time that a loop would sleep."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        self.now += timeout or 0.0
        return super().select(0)


class SimulatedLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.selector = SimulatedSelector()
        super().__init__(self.selector)

    def time(self) -> float:
        return self.selector.now


@dataclass
class World:
    """A pool of `places`, and what became of those who came."""

    loop: SimulatedLoop
    places: int = PLACES
    served: list[int] = field(default_factory=list[int])
    """In the order in which they got a place."""
    in_time: int = 0
    refused: int = 0
    late: int = 0
    gone: int = 0

    def __post_init__(self) -> None:
        self.line: Line[None] = Line(self.places, "test", clock=self.loop.time)
        self.free = self.places

    async def visit(self, number: int, lease: float, deadline: float | None) -> None:
        """Hold a place for so long, as soon as there is one."""
        try:
            if self.free:
                self.free -= 1
            else:
                await self.line.wait(deadline, self.give_back)
        except Overloaded:
            self.refused += 1
        except (StatementTimeout, DatabaseUnavailable):
            self.late += 1
            assert deadline is None or self.loop.time() == pytest.approx(deadline) or deadline > WAIT_SECONDS
        except asyncio.CancelledError:
            self.gone += 1
            raise
        else:
            self.served.append(number)
            assert deadline is None or self.loop.time() <= deadline + 1e-6
            began = self.loop.time()
            try:
                await asyncio.sleep(lease)
                self.in_time += deadline is None or self.loop.time() <= deadline
            finally:
                self.line.returned(self.loop.time() - began)
                self.give_back(None)

    def give_back(self, place: None) -> None:
        if not self.line.hand_over(place):
            self.free += 1


def simulate(scene: Callable[[World], Coroutine[Any, Any, None]], places: int = PLACES) -> World:
    worlds: list[World] = []

    async def play() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, SimulatedLoop)
        worlds.append(World(loop, places))
        await scene(worlds[0])

    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        runner.run(play())
    return worlds[0]


@pytest.mark.parametrize("times", [2, 4])
@pytest.mark.parametrize("allowed", [0.05, 0.2, 1.0])
def test_overload_costs_no_goodput(times: float, allowed: float) -> None:
    """At a multiple of what the pool can do nine tenths of that are done in time; nearly nobody waits in vain."""
    chance = random.Random(7)
    seconds = 3.0

    async def scene(world: World) -> None:
        visits: list[asyncio.Task[None]] = []
        while world.loop.time() < seconds:
            await asyncio.sleep(chance.expovariate(CAPACITY * times))
            visit = world.visit(len(visits), chance.expovariate(1 / LEASE), world.loop.time() + allowed)
            visits.append(asyncio.create_task(visit))
        await asyncio.gather(*visits)

    world = simulate(scene)

    assert world.in_time >= 0.9 * CAPACITY * seconds
    assert world.late <= 0.01 * CAPACITY * seconds


def test_a_burst_that_can_be_met_is_met() -> None:
    """Nobody of a burst is refused whose turn comes in time."""
    count = 40

    async def scene(world: World) -> None:
        world.line.lease_seconds = LEASE
        deadline = world.loop.time() + 2.5 * count / CAPACITY
        await asyncio.gather(*(world.visit(number, LEASE, deadline) for number in range(count)))

    world = simulate(scene)

    assert (count, 0) == (world.in_time, world.refused)


def test_whose_time_is_over_leaves_and_disturbs_nobody() -> None:
    """Who has waited until its deadline gives up its place in that moment; the next one gets its turn instead."""

    async def scene(world: World) -> None:
        first = asyncio.create_task(world.visit(0, 1.0, None))
        await asyncio.sleep(0)
        others = [asyncio.create_task(world.visit(number, 0.1, number * 0.4)) for number in (1, 2, 3)]
        await asyncio.sleep(0.9)
        assert 1 == len(world.line)
        await asyncio.gather(first, *others)

    world = simulate(scene, places=1)

    assert ([0, 3], 2) == (world.served, world.late)


def test_without_a_deadline_there_is_an_end_too() -> None:
    """Whoever has all the time waits for five seconds, and is told that the database is busy."""

    async def scene(world: World) -> None:
        holder = asyncio.create_task(world.visit(0, 2 * WAIT_SECONDS, None))
        await asyncio.sleep(0)
        with pytest.raises(DatabaseUnavailable):
            await world.line.wait(None, world.give_back)
        assert WAIT_SECONDS == pytest.approx(world.loop.time())
        await holder

    simulate(scene, places=1)


Visits = st.lists(
    st.tuples(
        st.floats(0, 0.2),  # seconds after the one before
        st.floats(0.001, 1.0),  # how long it needs a place
        st.none() | st.floats(0.0, 3.0),  # how long it has
        st.none() | st.floats(0.0, 1.0),  # after how long its caller leaves
    ),
    max_size=30,
)


@given(places=st.integers(1, 3), visits=Visits)
def test_no_place_is_lost(places: int, visits: list[tuple[float, float, float | None, float | None]]) -> None:
    """Whoever comes, is late or leaves: all end one way, those in line in turn, and all places are free again."""

    async def scene(world: World) -> None:
        tasks: list[asyncio.Task[None]] = []
        for number, (pause, lease, allowed, patience) in enumerate(visits):
            await asyncio.sleep(pause)
            deadline = None if allowed is None else world.loop.time() + allowed
            tasks.append(asyncio.create_task(world.visit(number, lease, deadline)))
            if patience is not None:
                world.loop.call_later(patience, tasks[-1].cancel)
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            assert ended is None or isinstance(ended, asyncio.CancelledError)

    world = simulate(scene, places)

    assert (places, 0) == (world.free, len(world.line))
    assert sorted(world.served) == world.served
