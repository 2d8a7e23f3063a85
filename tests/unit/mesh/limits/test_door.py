"""Who is let in, who waits, who is refused: under steady loads, steps, bursts, with everything slow."""

import asyncio
from collections.abc import Sequence

import pytest

from mesh.contract import Access, Priority
from mesh.limits.adaptive_limit import LEAST, START
from mesh.limits.door import SETTING_UP_SECONDS, Door, Lane, Overloaded
from mesh.limits.waiting_line import BRIEF_SECONDS

from .simulated import Visit, World, lane, method

CAPACITY = 400.0
PLACES = int(0.95 * START + 1)
"""For ordinary calls, at the start."""


def served(visits: Sequence[Visit]) -> int:
    return sum(visit.in_time for visit in visits)


def offer(world: World, seconds: float, lanes: dict[Lane, float], **call: float) -> list[Visit]:
    """Offer a load and let what was begun end."""
    visits = world.offer(seconds, lanes, **call)
    world.run(1.0)
    return visits


def refused(visits: Sequence[Visit]) -> int:
    return sum(visit.refused is not None for visit in visits)


def worst_wait(visits: Sequence[Visit]) -> float:
    return max((visit.refused - visit.came for visit in visits if visit.refused is not None), default=0.0)


@pytest.mark.parametrize("times", [1.5, 2, 4, 10])
def test_overload_costs_no_goodput(times: float) -> None:
    """After a step to many times the capacity nine tenths of it are answered in time, the others refused at once."""
    world, reads = World(CAPACITY), lane()
    world.offer(1.0, {reads: CAPACITY * times}, deadline=0.5)  # finding the limit

    visits = offer(world, 3.0, {reads: CAPACITY * times}, deadline=0.5)

    assert served(visits) >= 0.9 * CAPACITY * 3
    assert worst_wait(visits) <= 0.15
    late = sum(visit.begun is not None and not visit.in_time for visit in visits)
    assert late <= 0.05 * CAPACITY * 3


def test_step_is_met_within_a_second() -> None:
    """The first second of an overload answers at least half of what it could."""
    world, reads = World(CAPACITY), lane()
    world.offer(2.0, {reads: CAPACITY / 2}, deadline=0.5)

    assert served(offer(world, 1.0, {reads: CAPACITY * 4}, deadline=0.5)) >= 0.5 * CAPACITY


def test_what_fits_is_not_refused() -> None:
    """Below its capacity a process refuses nobody, and a burst that can be worked off in time is no overload."""
    world, reads = World(CAPACITY), lane()

    steady = offer(world, 3.0, {reads: CAPACITY * 0.9}, deadline=0.5)
    burst = [world.call(reads) for _ in range(200)]
    world.run(2.0)

    assert (len(steady), 200, 0) == (served(steady), served(burst), refused([*steady, *burst]))


def test_overload_ends_with_its_cause() -> None:
    """A second after a long overload nobody is refused any more, and soon the limit is what it was."""
    world, reads = World(CAPACITY), lane()
    world.offer(5.0, {reads: CAPACITY * 4}, deadline=0.5)
    world.offer(1.0, {reads: CAPACITY * 0.8}, deadline=0.5)

    visits = offer(world, 4.0, {reads: CAPACITY * 0.8}, deadline=0.5)

    assert (0, len(visits)) == (refused(visits), served(visits))
    assert world.door.limit.value >= START


def test_slow_process_takes_less() -> None:
    """Whatever makes calls slow, there are fewer of them at once, so that those are in time; and more again later."""
    world, reads = World(CAPACITY), lane()
    world.offer(1.0, {reads: 300.0}, deadline=0.5)

    world.capacity = CAPACITY / 8
    world.offer(1.0, {reads: 300.0}, deadline=0.5)
    slow = offer(world, 3.0, {reads: 300.0}, deadline=0.5)
    world.capacity = CAPACITY
    world.offer(2.0, {reads: 300.0}, deadline=0.5)
    again = offer(world, 1.0, {reads: 300.0}, deadline=0.5)

    assert served(slow) >= 0.85 * CAPACITY / 8 * 3
    assert (0, len(again)) == (refused(again), served(again))


def test_what_is_slow_by_nature_takes_nobodys_place() -> None:
    """Calls that wait for others, well within what the contract allows them, are no overload."""
    world, reads, sign_in = World(CAPACITY), lane(), lane(Priority.HIGH, deadline=10.0)
    visits: list[Visit] = []
    for _ in range(3):
        visits += world.offer(1.0, {reads: CAPACITY / 2, sign_in: 10.0})
        visits += [world.call(sign_in, sleep=0.8) for _ in range(10)]
    world.run(2.0)

    assert (0, True) == (refused(visits), world.door.limit.value >= START)


def test_many_may_be_worked_on_where_they_only_wait() -> None:
    """Where calls are fast but many, the limit grows to what is needed."""
    world, reads = World(10 * CAPACITY), lane()
    world.offer(4.0, {reads: 1_200.0}, sleep=0.1)

    visits = offer(world, 2.0, {reads: 1_200.0}, sleep=0.1)

    assert (0, len(visits)) == (refused(visits), served(visits))


def test_urgent_calls_come_first() -> None:
    """Twice the capacity, half of it for what nobody waits for: nearly all the urgent ones are served."""
    world = World(CAPACITY)
    urgent, ambient = lane(Priority.HIGH), lane(Priority.LOW)
    world.offer(1.0, {urgent: 0.8 * CAPACITY, ambient: 1.2 * CAPACITY}, deadline=0.5)

    visits = offer(world, 3.0, {urgent: 0.8 * CAPACITY, ambient: 1.2 * CAPACITY}, deadline=0.5)

    of_urgent = [visit for visit in visits if visit.lane is urgent]
    assert served(of_urgent) >= 0.97 * len(of_urgent)
    assert served(visits) >= 0.9 * CAPACITY * 3


def test_operators_come_before_everybody() -> None:
    """However urgent the others are, whoever is to mend it gets in."""
    world = World(CAPACITY)
    urgent, operators = lane(Priority.HIGH), lane(access=Access.ADMIN)
    visits = offer(world, 3.0, {urgent: 4 * CAPACITY, operators: 10.0}, deadline=0.5)

    theirs = [visit for visit in visits if visit.lane is operators and visit.came > 1.0]
    assert (0, len(theirs)) == (refused(theirs), served(theirs))


def full(world: World, reads: Lane) -> None:
    """Fill all places for ordinary calls, with some that take ten seconds each."""
    for _ in range(PLACES):
        world.call(reads, sleep=10.0)


def end_one(world: World) -> None:
    """Let one of the calls that are worked on end."""
    visit = world.working.pop(0)
    assert visit.begun is not None
    world.door.leave(visit.lane, visit.begun, visit.expires, answered=True)


def test_line_is_fair_until_somebody_waited_in_vain() -> None:
    """Then the newest is next: it has the most time left."""
    world, reads, slow = World(CAPACITY), lane(deadline=1.0), lane(deadline=10.0)
    full(world, slow)
    first, second = (world.call(slow, sleep=10.0) for _ in range(2))
    world.run(0.02)
    end_one(world)
    world.run(0.01)
    assert (True, False) == (first.begun is not None, second.begun is not None)

    in_vain = world.call(reads, deadline=0.2)
    world.run(0.08)
    older, newer = (world.call(slow, sleep=10.0) for _ in range(2))
    end_one(world)

    assert (True, False, True) == (in_vain.refused is not None, older.begun is not None, newer.begun is not None)
    world.run(2 * BRIEF_SECONDS)
    assert older.refused is not None


def test_line_that_stands_is_no_longer_than_there_are_places() -> None:
    """Whoever comes behind so many is refused at once; of a higher rank nobody stands before."""
    world, reads, slow, urgent = World(CAPACITY), lane(deadline=1.0), lane(deadline=10.0), lane(Priority.HIGH)
    full(world, slow)
    world.call(reads, deadline=0.2)
    world.run(0.08)

    visits = [world.call(slow) for _ in range(100)]
    first = world.call(urgent)

    assert ([None] * int(START) + [world.now] * (100 - int(START))) == [visit.refused for visit in visits]
    assert first.refused is None


def test_what_would_be_late_does_not_begin() -> None:
    """A call that waited and has less time left than its like take is refused; one that has ended just goes."""
    world, reads = World(CAPACITY), lane()
    full(world, reads)
    reads.seconds = 0.4
    hopeless, gone, fine = world.call(reads, deadline=0.3), world.call(reads), world.call(reads, deadline=2.0)
    gone.gone = True

    end_one(world)

    assert (world.now, None, None) == (hopeless.refused, hopeless.begun, gone.begun)
    assert (world.now, None) == (fine.begun, gone.refused)


def test_impatient_clients_do_not_make_a_server_take_less() -> None:
    """Calls with a deadline that is too short for anybody end there, and say nothing about the server."""
    world, reads = World(CAPACITY), lane()
    world.offer(3.0, {reads: CAPACITY / 2}, deadline=0.001)

    assert world.door.limit.value >= START


def test_stream_takes_a_place_while_it_begins() -> None:
    """Many streams may be open, few may begin at once; each counts against what the process can hold."""
    world, chat = World(CAPACITY, most=1_000), Lane(method(deadline=None, streams=True))
    first = [world.call(chat, sleep=100.0) for _ in range(100)]
    world.run(2 * SETTING_UP_SECONDS)
    second = [world.call(chat, sleep=100.0) for _ in range(30)]

    assert (100 - PLACES, 0) == (refused(first), refused(second))
    assert PLACES + 30 == world.door.open


def test_stream_that_ended_has_no_place() -> None:
    """However many of them come in the time that one may take to begin; each place is given back once."""
    world, chat = World(CAPACITY), Lane(method(deadline=None, streams=True))

    brief = list[Visit]()
    for _ in range(3):
        brief += [world.call(chat, work=0.01) for _ in range(PLACES)]
        world.run(0.05)
    world.run(2 * SETTING_UP_SECONDS)
    later = [world.call(chat, sleep=100.0) for _ in range(PLACES + 1)]

    assert (0, 1) == (refused(brief), refused(later))


def test_stream_with_a_deadline_waits_like_other_calls() -> None:
    """What a burst of calls has to wait for, a list that is streamed waits for as well."""
    world, reads, ids = World(CAPACITY), lane(), Lane(method(deadline=30.0, streams=True))

    burst = [world.call(reads, deadline=2.0) for _ in range(2 * PLACES)]
    lists = [world.call(ids, deadline=2.0) for _ in range(5)]
    world.run(1.0)

    assert (2 * PLACES, 5) == (served(burst), served(lists))


def test_process_holds_so_many() -> None:
    """Who waits counts: it is about memory. What nobody waits for is refused first."""
    world, reads, ambient = World(CAPACITY, most=100), lane(deadline=10.0), lane(Priority.LOW, deadline=10.0)
    visits = [world.call(ambient, sleep=10.0) for _ in range(90)]
    assert 10 == refused(visits)

    visits = [world.call(reads, sleep=10.0) for _ in range(20)]
    assert 5 == refused(visits)


def test_least_is_always_worked_on() -> None:
    """Even where everything is late."""
    world, reads = World(1.0), lane()
    world.offer(5.0, {reads: 100.0}, deadline=0.5)

    assert LEAST == world.door.limit.value


def peer_refuses(world: World, reads: Lane, *, after: float, late: int) -> None:
    """For two seconds a peer refuses 200 calls in each, and answers some, too late."""
    for _ in range(20):
        for _ in range(20):
            world.call(reads, work=0.01, sleep=after, answered=False)
        for _ in range(late):
            world.call(reads, work=0.01, sleep=1.0)
        world.run(0.1)


def test_quick_refusals_of_a_peer_hide_no_lateness() -> None:
    """Among many calls that ended at once, since nobody worked on them, the few that were answered were late."""
    world, reads = World(CAPACITY), lane(deadline=2.0)

    peer_refuses(world, reads, after=0.0, late=2)

    assert world.door.limit.value < START / 2
    assert reads.seconds > 0.5


def test_quick_refusals_of_a_peer_widen_nothing() -> None:
    """A limit that was made narrow stays as it is until calls are answered."""
    world, reads = World(CAPACITY), lane(deadline=2.0)
    world.door.limit.value = START / 4

    peer_refuses(world, reads, after=0.0, late=0)

    assert (START / 4, 0.0) == (world.door.limit.value, reads.seconds)


def test_slow_refusals_of_a_peer_are_lateness() -> None:
    """Who waited in vain, longer than an answer may take, waited because there was too much to do."""
    world, reads = World(CAPACITY), lane(deadline=2.0)

    peer_refuses(world, reads, after=1.0, late=0)

    assert world.door.limit.value < START


async def test_who_is_cancelled_at_the_door_leaves_no_trace() -> None:
    """Whether it was still waiting or had just been let in."""
    door, reads = Door(1), lane()
    since = await door.enter(reads, None)
    with pytest.raises(Overloaded, match="busy"):
        await door.enter(reads, None)
    door.leave(reads, since, None, answered=True)

    door = Door(100)
    door.limit.value = 1.0
    since = await door.enter(reads, None)
    waiting, next_one = (asyncio.create_task(door.enter(reads, None)) for _ in range(2))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.sleep(0)
    door.leave(reads, since, None, answered=True)
    next_one.cancel()
    await asyncio.gather(waiting, next_one, return_exceptions=True)

    assert 0 == door.open
    door.leave(reads, await door.enter(reads, None), None, answered=True)
