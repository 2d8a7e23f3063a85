"""No read that begins after a change was acknowledged is answered from before it, whatever happens in between."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mesh.generations import Heartbeat, Kept, Standing, changes
from mesh.generations.memory import Answer
from tests.unit.mesh.generations.redis_model import EPOCH, RedisModel
from tests.unit.mesh.generations.world import ME, NAMES, OTHER, Process, World

OFTEN = ["go_on"] * 10 + ["read_through"] * 5 + ["beat_through"] * 4 + ["write"] * 3 + ["pass_time"] * 2
SELDOM = ["read", "beat", "crash", "land", "repeat", "cut", "empty", "evict", "copied", "fall_back"]
Steps = Sequence[tuple[str, int]]


@pytest.fixture(autouse=True)
def world_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits waits on the clock of the world that plays."""
    monkeypatch.setattr(changes, "wait", lambda seconds: _playing.sleeps(seconds))  # noqa: PLW0108 - another one each time


_playing: World


def play(steps: Steps) -> World:
    """Let it all happen; whatever is under way at the end is dropped."""
    global _playing  # noqa: PLW0603 - there is one at a time
    world = _playing = World()
    for action, at in steps:
        getattr(world, action)(at)
    for actor in world.actors:
        actor.run.close()
    return world


def stale(world: World) -> list[tuple[int, int]]:
    """The reads that did not see what had been acknowledged."""
    return [(floor, seen) for floor, seen in world.reads if seen < floor]


def at_random(seed: int, length: int = 120) -> Steps:
    chance = random.Random(seed)
    return [(chance.choice(OFTEN + SELDOM), chance.randrange(64)) for _ in range(length)]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(OFTEN + SELDOM), st.integers(0, 63)), max_size=100))
def test_what_was_acknowledged_is_seen(steps: Steps) -> None:
    """Readers, writers and heart-beats that crash anywhere; a Redis that is away, emptied, full, or an older copy."""
    assert [] == stale(play(steps))


def test_what_was_acknowledged_is_seen_in_long_histories() -> None:
    """The same at random: hypothesis looks for short ones."""
    assert [] == [seed for seed in range(600) if stale(play(at_random(seed)))]


def test_the_histories_reach_what_they_are_about() -> None:
    """Kept answers are used, changes acknowledged on both ways, commits land that nobody waits for."""
    worlds = [play(at_random(seed)) for seed in range(200)]
    all_changes = [change for world in worlds for change in world.changes]

    assert sum(len(world.reads) for world in worlds) > 1_000
    assert any(change.acknowledged and change.fenced for change in all_changes)
    assert any(change.acknowledged and not change.fenced for change in all_changes)
    assert any(change.acknowledged and change.crashed for change in all_changes)


def no_marks(patch: pytest.MonkeyPatch) -> None:
    """Changes are told after their commit only."""
    patch.setattr(RedisModel, "hold", lambda *_: None)


def no_wait(patch: pytest.MonkeyPatch) -> None:
    """A change that could not be told is answered at once."""

    async def at_once(_: float) -> None: ...

    patch.setattr(changes, "wait", at_once)


def no_fence(patch: pytest.MonkeyPatch) -> None:
    """Other processes do not see that there was such a change."""

    async def nothing(*_: Any) -> int:
        return 0

    patch.setattr(Process, "fetch_value", nothing)


def no_probation(patch: pytest.MonkeyPatch) -> None:
    """After Redis lost everything a new epoch is in force at once."""
    beat = RedisModel.beat

    def forced(self: RedisModel, fence: int, ends: int) -> int:
        now = beat(self, fence, ends)
        if (self.get(EPOCH) or "").startswith("?"):
            self.values[EPOCH] = "=" + self.values[EPOCH][0][1:].rpartition(":")[0], ends
        return now

    patch.setattr(RedisModel, "beat", forced)


def lease_from_the_end(patch: pytest.MonkeyPatch) -> None:
    """A heart-beat keeps the epoch from when it arrives, and not from before it read the fence."""

    async def beat(self: Any) -> None:
        fence = await self._database.fetch_value(None)
        await self._generations.beat(fence, await self._generations.time() + 3_000)

    patch.setattr(Heartbeat, "beat", beat)


def one_mark_for_all(patch: pytest.MonkeyPatch) -> None:
    """The end of one change opens what another holds."""
    patch.setattr(RedisModel, "_marks", lambda *_, **__: "")


def what_was_begun_stays(patch: pytest.MonkeyPatch) -> None:
    """A generation that was begun while the mark was lost outlives the commit."""
    release = RedisModel.release

    def only_marks(self: RedisModel, names: Sequence[str], token: str) -> None:
        release(self, [name for name in names if not (self.get(name) or "").startswith("=")], token)

    patch.setattr(RedisModel, "release", only_marks)


def generations_after_the_answer(patch: pytest.MonkeyPatch) -> None:
    """What is loaded is kept under what stands when it arrives, and not under what stood when it was asked for."""

    def late(self: Any, _: Any, subject: UUID, answers: Mapping[UUID, int]) -> None:
        epoch, (mine, theirs) = _playing.redis.open([NAMES.subject(ME), NAMES.object(OTHER)])
        self._memory.keep(
            subject, (epoch or b"", mine or b""), {obj: Answer(theirs or b"", value) for obj, value in answers.items()}
        )

    patch.setattr(Kept, "_keep", late)


def no_epoch(patch: pytest.MonkeyPatch) -> None:
    """Generations are trusted though nobody vouches for them."""
    opened = RedisModel.open

    def always(self: RedisModel, names: Sequence[str]) -> Standing:
        return opened(self, names)._replace(epoch=b"=0:always")

    patch.setattr(RedisModel, "open", always)


def go_on(times: int, who: int = 0) -> Steps:
    """Steps of one of those who are under way."""
    return [("go_on", who)] * times


READ, WRITE, CRASH, REPEAT, EMPTY = ("read_through", 0), ("write", 0), ("crash", 0), ("repeat", 0), ("empty", 0)
CUT_OFF = ("cut", 0)  # the process that writes
TWO_SECONDS, FIVE_SECONDS = ("pass_time", 2), ("pass_time", 4)
BEAT = ("beat_through", 1)  # of another process
MARKED, COMMITTED, ANSWERED = go_on(2), go_on(3), go_on(6)  # how far a change is
FENCED = go_on(2)  # committed, and waits
GONE_WRONG: Mapping[Callable[[pytest.MonkeyPatch], None], Steps] = {
    no_marks: [READ, WRITE, *COMMITTED, CRASH, REPEAT, READ],
    no_wait: [READ, CUT_OFF, WRITE, *FENCED, READ],
    no_fence: [READ, CUT_OFF, WRITE, *FENCED, BEAT, TWO_SECONDS, BEAT, TWO_SECONDS, *go_on(1), READ],
    no_probation: [WRITE, *MARKED, EMPTY, BEAT, READ, *go_on(1), CRASH, REPEAT, READ],
    lease_from_the_end: [
        READ,
        ("beat", 1),
        *go_on(1),
        CUT_OFF,
        WRITE,
        *go_on(2, who=1),
        TWO_SECONDS,
        *go_on(4),
        TWO_SECONDS,
        *go_on(1, who=1),
        READ,
    ],
    one_mark_for_all: [WRITE, *MARKED, WRITE, *go_on(6, who=1), READ, *go_on(1), CRASH, REPEAT, READ],
    what_was_begun_stays: [WRITE, *MARKED, EMPTY, *(BEAT, TWO_SECONDS) * 6, BEAT, READ, *go_on(4), READ],
    generations_after_the_answer: [("read", 0), *go_on(3), WRITE, *go_on(6, who=1), *go_on(1), READ],
    no_epoch: [READ, CUT_OFF, WRITE, *FENCED, FIVE_SECONDS, *go_on(1), READ],
}
"""For each part of the protocol a history that it is there for."""


@pytest.mark.parametrize("without", GONE_WRONG)
def test_each_part_is_needed(without: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it a read is answered from before what had been acknowledged; with it, of the same steps, none is."""
    steps = GONE_WRONG[without]
    whole = play(steps)
    without(monkeypatch)
    lacking = play(steps)

    assert [] == stale(whole)
    assert stale(lacking)
