"""Fan-out to many: in batches, to warm feeds alone, from where it stopped; and how the way is chosen."""

import tracemalloc
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bench.wide.__main__ import BATCH, Made, spend
from bench.wide.__main__ import fan_out_of as fan_out_of_bench
from bench.wide.__main__ import warm_up as warm_up_all
from guild.feed.v1 import post_pb2 as model
from mesh.clock import SystemClock
from mesh.errors import Unavailable
from mesh.ids import uuid7
from mesh.testing import wait_for
from svc_feed.domain.feed import Entry, Feed, Window
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.scoring import DEFAULT
from svc_feed.peers.graph import Batch
from svc_feed.store.feed_cache import FeedCache
from svc_feed.store.posts import PostRepository
from svc_feed.store.ranking import RankingRepository
from svc_feed.store.reach import ReachRepository
from svc_feed.store.readers import ReaderRepository
from svc_feed.store.topics import TopicRepository
from svc_feed.usecases.fan_out_post import FanOutPost
from svc_feed.usecases.weigh_reach import WeighReach
from tests.services.svc_feed.test_feeds_ahead import Clock

TTL = 600.0


class Crowd:
    """Followers in batches; `breaks` says before which batch the profile service goes away once."""

    def __init__(self, followers: list[UserId], size: int, breaks: int = -1) -> None:
        self.batches = [followers[start : start + size] for start in range(0, len(followers), size)]
        self.breaks, self.asked = breaks, list[str]()

    async def followers(self, _: UserId, cursor: str = "", *, connected_only: bool) -> AsyncGenerator[Batch, None]:
        assert not connected_only
        self.asked.append(cursor)
        for number in range(int(cursor or 0), len(self.batches)):
            if number == self.breaks:
                self.breaks = -1
                raise Unavailable("the profile service is away")
            last = number + 1 == len(self.batches)
            yield Batch(self.batches[number], "" if last else str(number + 1))


@pytest.fixture
def feeds(world: Any) -> FeedCache:
    return FeedCache(next(part for part in world.feed.app.parts if part.name == "cache"), TTL, DEFAULT.version)


def fan_out_of(world: Any, feeds: FeedCache, crowd: Crowd, clock: Any, threshold: int = 10_000) -> FanOutPost:
    weigh = WeighReach(world.database, ReachRepository(), ReaderRepository(), clock, threshold)
    parts: Any = (PostRepository(), RankingRepository(), TopicRepository(), crowd)
    return FanOutPost(world.database, *parts, feeds, weigh, clock, DEFAULT, threshold, TTL)


async def warm_up(feeds: FeedCache, *users: UserId) -> None:
    for user in users:
        assert await feeds.finish(user, await feeds.begin(user), Feed(uuid7().hex, 0.0, 0.1, ()))


async def published(world: Any) -> tuple[UserId, PostId]:
    author = await world.member()
    post_id = await world.post(author, visibility=model.VISIBILITY_PUBLIC)
    return UserId(UUID(author.id)), PostId(UUID(post_id))


async def test_thousands_of_followers_cost_what_is_warm(world: Any, feeds: FeedCache, reads: list[str]) -> None:
    """A script for each 200 of them, and statements for the batches alone that have a warm feed among them."""
    crowd = Crowd([UserId(uuid7()) for _ in range(5_000)], 1_000)
    warm = [crowd.batches[1][7], crowd.batches[1][8], crowd.batches[4][999]]
    await warm_up(feeds, *warm)
    author, post_id = await published(world)
    fan_out, scripts = fan_out_of(world, feeds, crowd, SystemClock()), list[int]()
    find = feeds.warm

    async def counted(users: Any) -> list[UserId]:
        scripts.append(len(users))
        return await find(users)

    feeds.warm = counted  # type: ignore[method-assign]
    reads.clear()
    assert 3 == await fan_out(author, post_id)
    assert [1, *[1_000] * 5] == scripts
    assert 2 == sum("engagement" in name for name in reads)
    assert 0 == await fan_out(author, post_id)
    for user in warm:
        assert await feeds.forget(user, [Entry.of(author, post_id, 0.0)]) is None


async def test_memory_and_commands_are_bounded_by_batches(world: Any) -> None:
    """Of followers whose ids alone take ten megabytes a thousand are there at once; what the bench measures."""
    made, cache = Made(100_000, uuid7().int >> 32 << 32), next(p for p in world.feed.app.parts if p.name == "cache")
    fan_out, asked = fan_out_of_bench(world.database, cache, world.config, made), list[int]()
    await warm_up_all(fan_out.feeds, made.spread(20))
    author, post_id = await published(world)
    find = fan_out.feeds.warm

    async def counted(users: Any) -> list[UserId]:
        asked.append(len(users))
        return await find(users)

    fan_out.feeds.warm = counted  # type: ignore[method-assign]
    tracemalloc.start()
    try:
        spent = await spend(fan_out, author, post_id)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 20 == spent.reached
    assert [1, *[BATCH] * 100] == asked
    assert peak < 4 << 20


async def test_a_try_goes_on_where_the_one_before_ended(world: Any, feeds: FeedCache) -> None:
    """It repeats twenty batches at the most, and a post that came to all begins anew."""
    crowd = Crowd([UserId(uuid7()) for _ in range(45)], 1, breaks=42)
    await warm_up(feeds, crowd.batches[0][0], crowd.batches[44][0])
    author, post_id = await published(world)
    fan_out = fan_out_of(world, feeds, crowd, SystemClock())
    with pytest.raises(Unavailable):
        await fan_out(author, post_id)
    assert 1 == await fan_out(author, post_id)
    assert 0 == await fan_out(author, post_id)
    assert ["", "40", ""] == crowd.asked


async def test_the_way_changes_with_what_costs_less(world: Any, feeds: FeedCache) -> None:
    """An author who posts much is merged, for feeds built since; who posts little later on is written again."""
    now = datetime.now(UTC)
    clock, crowd = Clock(now), Crowd([UserId(uuid7()) for _ in range(30)], 10)
    warm = crowd.batches[0][0]
    await warm_up(feeds, warm)
    member = await world.member()
    author = UserId(UUID(member.id))
    await warm_up(feeds, author)
    made = [await world.post(member, str(number), visibility=model.VISIBILITY_PUBLIC) for number in range(9)]
    posts = [PostId(UUID(post_id)) for post_id in made]

    async def told() -> bool:
        feed = await feeds.read(author, Window(20))
        return feed is not None and len(feed.entries) == len(posts)

    await wait_for(told)  # the worker beside this test would bring what comes later elsewhere
    await feeds.drop(author)
    fan_out, since = fan_out_of(world, feeds, crowd, clock, threshold=20), now.timestamp() - 3_600
    reach, stored = fan_out.weigh.reach, world.database

    assert [1, 1] == [await fan_out(author, post_id) for post_id in posts[:2]]  # the second for old feeds
    assert clock.at == await reach.merged_since(stored, author)
    measured = await reach.find(stored, author)
    assert measured
    assert (30, pytest.approx(1 / 30), True) == (measured.followers, measured.warm, measured.posts_per_day > 1)

    clock.at += timedelta(seconds=TTL + 1)
    asked = len(crowd.asked)
    assert 0 == await fan_out(author, posts[2])
    assert asked == len(crowd.asked)
    assert {post.bytes for post in posts[:3]} == {member[16:] for member in await feeds.recent([author], since=since)}

    clock.at += timedelta(days=8)
    assert 1 == await fan_out(author, posts[3])
    assert await reach.merged_since(stored, author) is None
