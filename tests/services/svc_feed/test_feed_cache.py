"""Warm feeds in a real Redis."""

import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from mesh.cache import Cache
from mesh.ids import uuid7
from mesh.settings import RedisSettings
from svc_feed.domain.feed import MAX_ENTRIES, Entry, Feed, Window
from svc_feed.domain.ids import PostId, UserId
from svc_feed.store import feed_cache
from svc_feed.store.feed_cache import FeedCache

TTL = 600.0
ALL = Window(MAX_ENTRIES + 1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cache(redis_settings: RedisSettings) -> AsyncIterator[Cache]:
    cache = Cache(redis_settings, prefix="feed:")
    await cache.start()
    yield cache
    await cache.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def feeds(cache: Cache) -> FeedCache:
    return FeedCache(cache, TTL, "1")


def someone() -> UserId:
    return UserId(uuid7())


def entry(score: float) -> Entry:
    return Entry.of(someone(), PostId(uuid7()), score)


def built(*entries: Entry, wide: dict[UserId, int] | None = None) -> Feed:
    ranked = tuple(sorted(entries, reverse=True))
    return Feed(build=uuid7().hex, built_at=1.5, took=0.25, entries=ranked, wide=wide or {})


async def store(feeds: FeedCache, user: UserId, feed: Feed) -> None:
    assert await feeds.finish(user, await feeds.begin(user), feed)


async def entries(feeds: FeedCache, user: UserId) -> tuple[Entry, ...] | None:
    feed = await feeds.read(user, ALL)
    return None if feed is None else feed.entries


async def test_a_feed_comes_back_as_it_was_stored(feeds: FeedCache) -> None:
    """With its build, its times and its wide authors, scores to the last bit."""
    user, feed = someone(), built(entry(1_767_268_800.123), entry(0.1 + 0.2), wide={someone(): 7})
    await store(feeds, user, feed)
    assert feed == await feeds.read(user, ALL)


async def test_an_empty_feed_is_warm(feeds: FeedCache) -> None:
    """It gets posts, where a cold one does not."""
    warm, cold = someone(), someone()
    await store(feeds, warm, built())
    post = entry(5.0)
    assert await feeds.add(post.member, {warm: 5.0, cold: 5.0}) == 1
    assert ((post,), None) == (await entries(feeds, warm), await entries(feeds, cold))


async def test_a_post_published_during_a_build_is_kept(feeds: FeedCache) -> None:
    """The builder's query did not see it, fan-out brings it, the finished feed has both; once."""
    user, known, missed = someone(), entry(1.0), entry(2.0)
    ticket = await feeds.begin(user)
    await feeds.add(missed.member, {user: missed.score})
    await feeds.add(known.member, {user: known.score})
    assert await feeds.finish(user, ticket, built(known))
    assert (missed, known) == await entries(feeds, user)


async def test_a_build_that_was_overtaken_is_not_stored(feeds: FeedCache) -> None:
    """Of two at once the first to finish wins; a dropped one is discarded, also when another has begun since."""
    user, first, second = someone(), built(entry(1.0)), built(entry(2.0))
    tickets = [await feeds.begin(user) for _ in range(2)]
    assert tickets[0] == tickets[1]
    assert await feeds.finish(user, tickets[0], first)
    assert not await feeds.finish(user, tickets[1], second)
    assert first.entries == await entries(feeds, user)

    stale = await feeds.begin(user)
    await feeds.drop(user)
    assert not await feeds.finish(user, stale, second)
    fresh = await feeds.begin(user)
    assert not await feeds.finish(user, stale, second)
    assert await feeds.finish(user, fresh, first)
    assert first.entries == await entries(feeds, user)


async def test_a_page_goes_on_in_the_build_it_began_in(feeds: FeedCache) -> None:
    """A feed that was replaced, or dropped, stays for those who scroll."""
    user, old, new = someone(), built(entry(1.0), entry(2.0)), built(entry(3.0))
    await store(feeds, user, old)
    await store(feeds, user, new)
    rest = Window(10, after=old.entries[0], build=old.build)
    for _ in range(2):
        page = await feeds.read(user, rest)
        assert page
        assert (old.build, old.entries[1:]) == (page.build, page.entries)
        await feeds.drop(user)
    assert await entries(feeds, user) is None


async def test_a_feed_holds_the_best_thousand(feeds: FeedCache, cache: Cache) -> None:
    """The lowest leave first, the head never does, and its time to live is left alone."""
    user = someone()
    full = [entry(float(number)) for number in range(MAX_ENTRIES + 5)]
    await store(feeds, user, built(*full))
    before = await cache.execute("PEXPIRETIME", f"v1:{{{user}}}")
    await feeds.add(entry(0.0).member, {user: MAX_ENTRIES * 2.0})
    found = await entries(feeds, user)
    assert found
    assert (MAX_ENTRIES, MAX_ENTRIES * 2.0, 6.0) == (len(found), found[0].score, found[-1].score)
    assert before == await cache.execute("PEXPIRETIME", f"v1:{{{user}}}")


async def test_redis_cuts_a_window_as_the_domain_does(feeds: FeedCache) -> None:
    """Any window of any feed, ties of scores included."""
    rand = random.Random(7)
    for size in (0, 1, 7, 40):
        feed = built(*(entry(float(rand.randrange(5))) for _ in range(size)))
        user = someone()
        await store(feeds, user, feed)
        for _ in range(20):
            after = rand.choice((None, entry(2.0), *feed.entries))
            window = Window(rand.randrange(1, 9), rand.randrange(9) if after is None else 0, after)
            found = await feeds.read(user, window)
            assert found
            assert feed.part(window) == found.entries


async def test_what_is_gone_is_taken_out(feeds: FeedCache) -> None:
    """And nothing else."""
    user, gone, kept = someone(), entry(1.0), entry(2.0)
    await store(feeds, user, built(gone, kept))
    await feeds.forget(user, [gone])
    assert (kept,) == await entries(feeds, user)


async def test_recent_posts_of_an_author_are_found_by_time(feeds: FeedCache) -> None:
    """Those published since."""
    author = someone()
    post = Entry.of(author, PostId(uuid7()), 0.0)
    await feeds.add_recent(post)
    assert [post.member] == await feeds.recent([author, someone()], since=post.published_at - 1)
    assert [] == await feeds.recent([author], since=post.published_at + 1)


async def test_what_did_not_change_does_not_travel_again(feeds: FeedCache) -> None:
    """Who begins to read again is given the very same, until something comes or goes."""
    user, post = someone(), entry(9.0)
    await store(feeds, user, built(entry(1.0), entry(2.0)))
    first, again = [await feeds.read(user, Window(10)) for _ in range(2)]
    assert first is again
    await feeds.add(post.member, {user: post.score})
    later = await feeds.read(user, Window(10))
    assert first
    assert later
    assert (post, *first.entries) == later.entries


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_kept_is_what_redis_has(feeds: FeedCache, cache: Cache, seed: int) -> None:
    """Whatever happens between reads of whatever window."""
    rand, user, known = random.Random(seed), someone(), [entry(float(at)) for at in range(8)]
    windows = [Window(3), Window(3, 2), Window(20), Window(0)]
    for _ in range(120):
        match rand.randrange(8):
            case 0:
                await store(feeds, user, built(*rand.sample(known, 5)))
            case 1:
                await feeds.drop(user)
            case 2:
                one = rand.choice(known)
                await feeds.add(one.member, {user: one.score + rand.randrange(2)})
            case 3:
                await feeds.forget(user, [rand.choice(known)])
            case _:
                pass
        window = rand.choice(windows)
        assert await FeedCache(cache, TTL, "1").read(user, window) == await feeds.read(user, window)


async def test_feeds_without_posts_take_room_as_well(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many members who follow nobody do not fill the memory."""
    monkeypatch.setattr(feed_cache, "_KEPT_BYTES", 20_000)
    small = FeedCache(cache, TTL, "1")
    for _ in range(100):
        user = someone()
        await store(small, user, built())
        assert await small.read(user, Window(10))
    assert len(small._kept) <= 20
