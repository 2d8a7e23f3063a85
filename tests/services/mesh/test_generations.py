"""Generations on a real Redis, and the changes that void them on a real PostgreSQL."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import MetaData

from mesh.cache import Cache, Script
from mesh.data import Database, Transaction
from mesh.errors import Unavailable
from mesh.generations import Changes, Generations, Heartbeat, Kept, Names, Standing, changes, fence_table, registry
from mesh.generations.fence import READ
from mesh.settings import RedisSettings
from mesh.testing import wait_for

LEASE_MS = int(registry.LEASE_SECONDS * 1000)
HOLD_MS = int(registry.HOLD_SECONDS * 1000)
NAMES = Names("answers")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cache(redis_settings: RedisSettings) -> AsyncIterator[Cache]:
    cache = Cache(redis_settings, prefix="generations:")
    await cache.start()
    yield cache
    await cache.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def generations(cache: Cache) -> Generations:
    """With an epoch in force, and nothing else."""
    await cache.set("epoch", "=0:first", ttl=60)
    return Generations(cache)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def db(open_database: Any) -> Database:
    metadata = MetaData()
    fence_table(metadata)
    return await open_database(metadata)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cut_off() -> AsyncIterator[Generations]:
    """Generations whose Redis is not there."""
    cache = Cache(RedisSettings("redis://127.0.0.1:1/0"))
    await cache.start()
    yield Generations(cache)
    await cache.stop()


@pytest.fixture
def name() -> str:
    return f"name-{uuid4()}"


class Asked:
    """Answers questions with what it is told to, and counts them."""

    def __init__(self) -> None:
        self.answer = "yes"
        self.questions = 0

    async def __call__(self, questions: Mapping[UUID, Sequence[UUID]]) -> Mapping[UUID, Mapping[UUID, str]]:
        self.questions += sum(map(len, questions.values()))
        return {subject: dict.fromkeys(objects, self.answer) for subject, objects in questions.items()}


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def kept(generations: Generations, asked: Asked) -> Kept[UUID, UUID, str]:
    return Kept(generations, asked, NAMES, most=100)


async def one(generations: Generations, name: str) -> bytes | None:
    return (await generations.open([name])).generations[0]


async def test_a_generation_stands_until_a_change(generations: Generations, name: str) -> None:
    """It is begun by who asks first; held, there is none; released, there is another one."""
    first, again = await one(generations, name), await one(generations, name)
    await generations.hold([name], "a")
    held = await one(generations, name)
    await generations.release([name], "a")
    after = await one(generations, name)

    assert first is not None
    assert first == again
    assert held is None
    assert after not in {None, first}


async def test_what_stands_is_only_read(generations: Generations, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a script, which keeps a server longer."""
    begun = await generations.open([name])
    monkeypatch.delattr(Script, "each")

    assert begun == await generations.open([name])


async def test_changes_at_once_hold_until_the_last(generations: Generations, name: str) -> None:
    """A change that is over does not open what another still holds."""
    await generations.hold([name], "a")
    await generations.hold([name], "b")
    await generations.release([name], "b")
    between = await one(generations, name)
    await generations.release([name], "a")

    assert between is None
    assert await one(generations, name) is not None


async def test_a_forgotten_mark_counts_for_so_long(generations: Generations, cache: Cache, name: str) -> None:
    """Whose process died leaves a mark that is passed over later, by who opens as by who holds."""
    now = await generations.time()
    await cache.set(name, f"!{now - HOLD_MS + 5_000}:young;{now - HOLD_MS - 1}:old;")
    young = await one(generations, name)
    await cache.set(name, f"!{now - HOLD_MS - 1}:old;")
    old = await one(generations, name)
    await cache.set(name, f"!{now - HOLD_MS - 1}:old;")
    await generations.hold([name], "mine")

    assert young is None
    assert old is not None
    assert re.fullmatch(rb"!\d+:mine;", await cache.get(name) or b"")


async def test_marks_are_not_thrown_out(generations: Generations, cache: Cache, name: str) -> None:
    """A full Redis drops what would end by itself: generations, whose loss is harmless, and not the marks."""
    await one(generations, name)
    ends = await cache.execute("PTTL", name)
    await generations.hold([name], "a")

    assert 0 < ends <= registry.KEPT_SECONDS * 1000
    assert -1 == await cache.execute("PTTL", name)


async def test_what_was_begun_in_an_emptied_redis_goes_with_the_release(
    generations: Generations, cache: Cache, name: str
) -> None:
    """The mark was lost and somebody began a generation before the commit: it does not outlive it."""
    await generations.hold([name], "a")
    await cache.delete(name)
    early = await one(generations, name)
    await generations.release([name], "a")

    assert await one(generations, name) not in {None, early}


async def test_an_epoch_is_in_force_when_the_commits_under_way_are_over(cache: Cache) -> None:
    """Where there is none it begins on probation; heart-beats keep it, and put it into force when the time is over."""
    generations = Generations(cache)
    await cache.delete("epoch")
    now = await generations.time()
    await generations.beat(0, now + LEASE_MS)
    begun = await cache.get("epoch") or b""
    on_probation = (await generations.open([])).epoch
    await cache.set("epoch", re.sub(rb"\d+$", str(now - 1).encode(), begun), ttl=60)
    await generations.beat(0, now + LEASE_MS)

    assert re.fullmatch(rb"\?0:\w+:\d+", begun)
    assert now + HOLD_MS <= int(begun.rpartition(b":")[2]) < now + HOLD_MS + 5_000
    assert on_probation is None
    assert begun[1:].rpartition(b":")[0] == ((await generations.open([])).epoch or b"")[1:]
    assert 0 < await cache.execute("PTTL", "epoch") <= LEASE_MS


async def test_a_higher_fence_begins_another_epoch(generations: Generations, cache: Cache) -> None:
    """A beat that knows of less changes nothing; one that comes too late neither."""
    now = await generations.time()
    await generations.beat(0, now + LEASE_MS)
    same = (await generations.open([])).epoch
    await generations.beat(1, now + LEASE_MS)
    raised = (await generations.open([])).epoch
    await generations.beat(0, now + LEASE_MS)
    await generations.beat(2, now - 1)
    after = (await generations.open([])).epoch

    assert b"=0:first" == same
    assert re.fullmatch(rb"=1:\w+", raised or b"")
    assert raised == after
    assert 0 < await cache.execute("PTTL", "epoch") <= LEASE_MS


async def test_a_fence_raised_on_probation_leaves_the_probation(cache: Cache) -> None:
    """Another name, the same time."""
    generations = Generations(cache)
    await cache.set("epoch", "?0:first:99999999999999", ttl=60)
    await generations.beat(1, await generations.time() + LEASE_MS)

    assert re.fullmatch(rb"\?1:(?!first)\w+:99999999999999", await cache.get("epoch") or b"")


async def test_a_heart_beat_brings_the_fence(db: Database, generations: Generations, cut_off: Generations) -> None:
    """What a process that is cut off from Redis committed ends the epoch by the beat of any other."""
    heart = Heartbeat(db, generations)
    await heart.beat()
    before = (await generations.open([])).epoch
    off = Changes(cut_off)

    async def work(tx: Transaction) -> None:
        off.touch(tx, "anything")

    waiting = asyncio.create_task(db.transact(work))
    await wait_for(lambda: raised(db))
    await heart.beat()

    assert before != (await generations.open([])).epoch
    assert not waiting.done()
    waiting.cancel()
    await asyncio.wait((waiting,))


async def raised(db: Database) -> bool:
    return await db.fetch_value(READ) is not None


async def test_a_change_that_cannot_be_told_waits_for_the_epoch_to_end(
    db: Database, cut_off: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer comes a lease after the commit, and by then the fence is up."""
    waited: list[tuple[float, int | None]] = []
    fence = await db.fetch_value(READ) or 0

    async def sleep(seconds: float) -> None:
        waited.append((seconds, await db.fetch_value(READ)))

    monkeypatch.setattr(changes, "wait", sleep)
    off = Changes(cut_off)

    async def work(tx: Transaction) -> None:
        off.touch(tx, "anything")

    await db.transact(work)

    [(seconds, raised)] = waited
    assert seconds > registry.LEASE_SECONDS
    assert fence + 1 == raised


async def test_a_change_is_told_before_it_is_committed(db: Database, generations: Generations, name: str) -> None:
    """While the transaction is open what is kept holds; at its commit it does not; afterwards there is another."""
    before = await one(generations, name)
    seen: list[bytes | None] = []

    async def look(_: Transaction) -> None:
        seen.append(await one(generations, name))

    async def work(tx: Transaction) -> None:
        tx.before_commit(look)
        Changes(generations).touch(tx, name)
        tx.before_commit(look)

    await db.transact(work)

    assert [before, None] == seen
    assert await one(generations, name) not in {None, before}


async def test_what_is_rolled_back_changes_nothing(db: Database, generations: Generations, name: str) -> None:
    """A change that is not committed is not told."""
    before = await one(generations, name)

    async def work(tx: Transaction) -> None:
        Changes(generations).touch(tx, name)
        raise Unavailable("not today")

    with pytest.raises(Unavailable):
        await db.transact(work)

    assert before == await one(generations, name)


async def test_answers_are_asked_for_once_in_a_generation(
    kept: Kept[UUID, UUID, str], generations: Generations, asked: Asked
) -> None:
    """A change of the subject voids all it knows; one of an object what others know of it, and nothing else."""
    me, other, third = uuid4(), uuid4(), uuid4()
    await kept({me: [other, third]})
    await kept({me: [other, third]})
    first = asked.questions
    asked.answer = "no"
    await generations.hold([NAMES.object(other)], "a")
    during = await kept({me: [other, third]})
    await generations.release([NAMES.object(other)], "a")
    await kept({me: [other]})
    second = asked.questions
    await generations.hold([NAMES.subject(me)], "b")
    await generations.release([NAMES.subject(me)], "b")
    after = await kept({me: [other, third]})

    assert (2, 4, 6) == (first, second, asked.questions)
    assert {me: {other: "no", third: "yes"}} == during
    assert {me: {other: "no", third: "no"}} == after


async def test_without_an_epoch_everything_is_asked_for(
    kept: Kept[UUID, UUID, str], generations: Generations, cache: Cache, asked: Asked
) -> None:
    """Nothing is kept while no epoch is in force, and nothing kept in another is used."""
    me, other = uuid4(), uuid4()
    await kept({me: [other]})
    asked.answer = "no"
    await cache.delete("epoch")
    without = await kept({me: [other]})
    await kept({me: [other]})
    await cache.set("epoch", "=0:second", ttl=60)
    await kept({me: [other]})

    assert {me: {other: "no"}} == without
    assert 4 == asked.questions
    assert Standing(b"=0:second", []) == await generations.open([])


async def test_without_redis_everything_is_asked_for(asked: Asked, cut_off: Generations) -> None:
    """Kept answers are not used either."""
    kept: Kept[UUID, UUID, str] = Kept(cut_off, asked, NAMES, most=100)
    me, other = uuid4(), uuid4()

    answers = [await kept({me: [other]}) for _ in range(3)]

    assert [{me: {other: "yes"}}] * 3 == answers
    assert 3 == asked.questions


async def test_what_has_no_answer_is_asked_for_again(generations: Generations, asked: Asked) -> None:
    """An answer that was left out is not kept as one."""
    me, other, asked_for = uuid4(), uuid4(), 0

    async def nothing(questions: Mapping[UUID, Sequence[UUID]]) -> Mapping[UUID, Mapping[UUID, str]]:
        nonlocal asked_for
        asked_for += 1
        return {subject: {} for subject in questions}

    kept: Kept[UUID, UUID, str] = Kept(generations, nothing, NAMES, most=100)

    assert [{me: {}}, {me: {}}] == [await kept({me: [other]}) for _ in range(2)]
    assert 2 == asked_for
