"""Feeds that are built before they are read, and feeds that are built anew."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from guildctl import feeds as operators
from guildctl.desk import Desk
from mesh.data import Statement
from mesh.errors import NotFound
from mesh.ids import uuid7
from mesh.lifecycle import Rounds
from mesh.testing import wait_for
from svc_feed.domain.feed import Feed, Window
from svc_feed.domain.ids import UserId
from svc_feed.domain.reader import reads_per_day
from svc_feed.domain.scoring import DEFAULT
from svc_feed.store.readers import ReaderRepository
from svc_feed.usecases.materialise_feeds import MaterialiseFeeds
from svc_feed.usecases.note_readers import NoteReaders
from tests.services.svc_feed.test_feed_sources import follow, follow_topic

FORGET = Statement("DELETE FROM feed_readers", (), "forget")
READ = Statement("SELECT reads, read_at, due_at FROM feed_readers WHERE user_id = $1", ("user",), "read")
EVERY = timedelta(minutes=10)
NOON = datetime(2031, 5, 4, 12, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(new_world: Callable[..., Awaitable[Any]]) -> Any:
    """A feed service that builds feeds ahead."""
    return await new_world(build_ahead=True)


class Clock:
    """Stands until it is set."""

    def __init__(self, now: datetime = NOON) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at


class Builds:
    """Counts what is built; feeds that were built at some time are known."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.built, self.feeds = clock, Counter[UserId](), dict[UserId, Feed]()

    async def __call__(self, user: UserId) -> Feed:
        await asyncio.sleep(0)
        self.built[user] += 1
        self.feeds[user] = Feed("b" * 32, self.clock.now().timestamp(), 0.1, ())
        return self.feeds[user]

    async def read(self, user: UserId, _window: Window) -> Feed | None:
        return self.feeds.get(user)


def workers(world: Any, clock: Clock, builds: Any, number: int = 1) -> list[MaterialiseFeeds]:
    return [
        MaterialiseFeeds(world.database, ReaderRepository(), builds, builds, clock, EVERY, random.Random(n).random)
        for n in range(number)
    ]


async def reader_row(world: Any, user: UserId) -> Any:
    return await world.database.fetch_one(READ, user=user)


async def test_who_reads_is_remembered_in_rounds(world: Any) -> None:
    """Their first pages, in one statement for all; a read of yesterday counts half."""
    clock, ann, bob = Clock(), UserId(uuid7()), UserId(uuid7())
    readers = NoteReaders(world.database, ReaderRepository(), clock, EVERY, lambda: 0.5)
    for user in (ann, ann, bob):
        readers.note(user)
    await readers()
    first = await reader_row(world, ann)
    assert (2.0, NOON, NOON + EVERY * 0.95) == tuple(first)
    clock.at += timedelta(days=1)
    readers.note(ann)
    await readers()
    await readers()
    assert (2.0, clock.at, first["due_at"]) == tuple(await reader_row(world, ann))
    assert 1.0 == (await reader_row(world, bob))["reads"]
    assert pytest.approx(1.386, abs=0.001) == reads_per_day(2.0)


async def test_a_read_of_the_feed_is_noted(world: Any) -> None:
    """A first page is, a further one is not."""
    ann = await world.reader(2)
    await world.rebuild(ann)
    page = await world.page(ann, 1)
    await world.page(ann, 1, token=page.next_page_token)
    rounds = next(part for part in world.feed.app.parts if isinstance(part, Rounds) and part.name == "feed readers")
    await rounds.work()
    row = await wait_for(lambda: reader_row(world, UserId(UUID(ann.id))), timeout=10)  # or its own round was on its way
    assert 1.0 == row["reads"]


async def test_several_workers_build_each_feed_once(world: Any) -> None:
    """When it is due, and again an interval later; not one that is fresh."""
    await world.database.execute(FORGET)
    clock = Clock()
    builds, some = Builds(clock), [UserId(uuid7()) for _ in range(250)]
    readers = NoteReaders(world.database, ReaderRepository(), clock, EVERY)
    for user in some:
        readers.note(user)
    await readers()
    materialise = workers(world, clock, builds, 3)
    await materialise[0]()
    assert not builds.built
    for turn in (1, 2):
        clock.at += EVERY
        await asyncio.gather(*(work() for work in materialise))
        assert dict.fromkeys(some, turn) == builds.built
    clock.at += EVERY / 4
    await materialise[0].ahead(some[0])
    assert builds.built[some[0]] == 2


async def test_a_feed_that_cannot_be_built_holds_up_no_other(world: Any) -> None:
    """It is tried again an interval later."""
    await world.database.execute(FORGET)
    clock, some = Clock(), [UserId(uuid7()) for _ in range(9)]

    class Fails(Builds):
        async def __call__(self, user: UserId) -> Feed:
            if user == some[4]:
                raise NotFound("not today")
            return await super().__call__(user)

    builds, readers = Fails(clock), NoteReaders(world.database, ReaderRepository(), clock, EVERY)
    for user in some:
        readers.note(user)
    await readers()
    clock.at += EVERY
    for _ in range(2):
        await workers(world, clock, builds)[0]()
    assert dict.fromkeys([*some[:4], *some[5:]], 1) == builds.built


async def test_who_signs_in_finds_the_feed_built(world: Any) -> None:
    """Before they read it."""
    ann = await world.member()
    await wait_for(lambda: world.is_warm(ann), timeout=10)


async def test_a_feed_that_is_built_anew_is_the_one_that_was_kept(world: Any) -> None:
    """Entry by entry, with the bits of their scores, whatever brought them; an operator builds it as a read would."""
    rand, topic = random.Random(11), f"t{uuid7().hex}"
    reader, friend, star, stranger = [await world.member() for _ in range(4)]
    await world.connect(reader, friend)
    await follow(world, reader, star)
    await follow_topic(world, reader, topic)
    liked = await world.post(friend)
    await world.posts.ReactToPost(pb.ReactToPostRequest(post_id=liked), metadata=reader.metadata)
    await world.ids(reader)
    for number in range(24):
        author = rand.choice((reader, friend, star, stranger))
        visibility = rand.choice((model.VISIBILITY_PUBLIC, model.VISIBILITY_CONNECTIONS, model.VISIBILITY_PRIVATE))
        await world.post(author, f"{number} {rand.choice(('', f'#{topic}'))}", visibility=visibility)
    for author in (stranger, star, friend, reader):  # events of one author are heard in their order
        await world.arrives(reader, await world.post(author, f"last #{topic}", visibility=model.VISIBILITY_PUBLIC))

    async def entries() -> Any:
        key = f"feed:v{DEFAULT.version}:{{{reader.id}}}"
        return [one for one in await world.redis.zrange(key, 0, -1, withscores=True) if len(one[0]) == 32]

    kept = await entries()
    await world.rebuild(reader)
    assert kept == await entries()
    await world.redis.flushdb()
    await world.ids(reader)
    assert kept == await entries()


async def test_operators_look_at_feeds_and_build_them_anew(world: Any) -> None:
    """`guild feed`: each entry with the sum of its score, how it came in, and whether it is shown."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    first = await world.post(ann)
    await world.rebuild(bob)
    second = await world.post(ann)
    await world.arrives(bob, second)
    desk = Desk(world.feed.address, dict(world.admin)["x-admin-token"])
    head, *lines, own = operators.report(await operators.explain(desk, UUID(bob.id), 20))
    assert head.startswith(f"ranking {DEFAULT.version}, 2 entries, built 2")
    assert [(second, "(fan_out)"), (first, "(build)")] == [(one.split()[0], one.split()[-1]) for one in lines]
    assert all("recency " in one and " + affinity 0 * " in one for one in lines)
    assert own == "own posts are written into warm feeds: few followers"
    assert 2 == (await operators.rebuild(desk, UUID(bob.id))).item_count
    assert feeds.FEED_SOURCE_BUILD == (await operators.explain(desk, UUID(bob.id), 1)).items[0].source
