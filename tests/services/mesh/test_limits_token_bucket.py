"""Token buckets on a real Redis."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from mesh.cache import Cache
from mesh.contract import RateLimit, Scope
from mesh.limits.token_bucket import MAX_RETRY_AFTER, Decision, TokenBucket
from mesh.settings import RedisSettings
from mesh.testing import wait_for


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cache(redis_settings: RedisSettings) -> AsyncIterator[Cache]:
    cache = Cache(redis_settings, prefix="limits:")
    await cache.start()
    yield cache
    await cache.stop()


def _limit(capacity: int, refill_per_minute: int, *, scope: Scope = Scope.ACCOUNT) -> RateLimit:
    return RateLimit(uuid4().hex, capacity, refill_per_minute, scope)


async def test_admits_exactly_the_capacity(cache: Cache) -> None:
    """Of 2,000 concurrent calls on a bucket of 100 exactly 100 pass, whichever process they came through."""
    limit = _limit(100, 0)
    instances = [TokenBucket(cache), TokenBucket(cache)]

    decisions = await asyncio.gather(*(instances[n % 2].take(limit, "ann") for n in range(2_000)))

    assert 100 == sum(decision.allowed for decision in decisions)
    assert list(range(99, -1, -1)) == sorted((d.remaining for d in decisions if d.allowed), reverse=True)


async def test_a_call_may_cost_more_than_one_token(cache: Cache) -> None:
    """All it costs is taken or nothing; the wait is until there is enough."""
    bucket, limit = TokenBucket(cache), _limit(10, 60)
    taken = [await bucket.take(limit, "ann", 4) for _ in range(3)]

    assert [(True, 6), (True, 2), (False, 2)] == [(one.allowed, one.remaining) for one in taken]
    assert 1.0 < taken[-1].retry_after <= 2.0
    assert (await bucket.take(limit, "ann", 2)).allowed


async def test_refusal_says_when_to_come_back(cache: Cache) -> None:
    """The wait is the time until a token has flowed back, and a call after it passes."""
    bucket, limit = TokenBucket(cache), _limit(1, 600)
    await bucket.take(limit, "ann")

    refused = await bucket.take(limit, "ann")
    passed = await wait_for(lambda: _allowed(bucket, limit))

    assert (False, 1, 0) == (refused.allowed, refused.limit, refused.remaining)
    assert 0.0 < refused.retry_after <= 0.1
    assert passed


async def test_bucket_that_never_refills_gives_a_finite_wait(cache: Cache) -> None:
    """Nobody is told to wait for ever."""
    bucket, limit = TokenBucket(cache), _limit(1, 0)
    await bucket.take(limit, "ann")

    assert Decision(allowed=False, limit=1, remaining=0, retry_after=MAX_RETRY_AFTER) == await bucket.take(limit, "ann")


async def test_refill_counts_parts_of_a_token(cache: Cache) -> None:
    """Many refused calls in between do not lose the fractions that flow back."""
    bucket, limit = TokenBucket(cache), _limit(1, 1_200)
    await bucket.take(limit, "ann")
    loop = asyncio.get_running_loop()
    begun = loop.time()

    await wait_for(lambda: _allowed(bucket, limit))

    assert loop.time() - begun < 1.0


async def test_owners_do_not_share(cache: Cache) -> None:
    """One account's calls cost another nothing."""
    bucket, limit = TokenBucket(cache), _limit(1, 0)

    decisions = [await bucket.take(limit, owner) for owner in ("ann", "bob", "ann")]

    assert [True, True, False] == [decision.allowed for decision in decisions]


async def test_idle_bucket_leaves_redis(cache: Cache) -> None:
    """A bucket is kept no longer than it takes to fill up again."""
    bucket, limit = TokenBucket(cache), _limit(10, 60)
    await bucket.take(limit, "ann")

    life = await cache.execute("PTTL", f"limit:{limit.bucket}:ann")

    assert 1_000 < life <= 2_000


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
async def test_laptop_lifts_buckets_of_loopback(cache: Cache, address: str) -> None:
    """On a laptop one loopback address is everybody: its buckets never refuse."""
    bucket, limit = TokenBucket(cache, "laptop"), _limit(1, 0, scope=Scope.ADDRESS)

    decisions = [await bucket.take(limit, address) for _ in range(3)]

    assert [Decision(allowed=True, limit=1, remaining=1, retry_after=0.0)] * 3 == decisions


@pytest.mark.parametrize(
    ("profile", "scope", "owner"),
    [
        ("production", Scope.ADDRESS, "127.0.0.1"),
        ("laptop", Scope.ADDRESS, "203.0.113.9"),
        ("laptop", Scope.ADDRESS, "not an address"),
        ("laptop", Scope.ACCOUNT, "127.0.0.1"),
    ],
)
async def test_everything_else_is_limited(cache: Cache, profile: str, scope: Scope, owner: str) -> None:
    """Production keeps all buckets; a laptop those of accounts and of other addresses."""
    bucket = TokenBucket(cache, "laptop" if profile == "laptop" else "production")
    limit = _limit(1, 0, scope=scope)

    assert [True, False] == [(await bucket.take(limit, owner)).allowed for _ in range(2)]


async def test_survives_a_flush(cache: Cache, redis_settings: RedisSettings) -> None:
    """FLUSHALL takes script and buckets; the next call loads the script again."""
    bucket, limit = TokenBucket(cache), _limit(1, 0)
    await bucket.take(limit, "ann")

    async with Redis.from_url(redis_settings.url) as redis:
        await redis.flushdb()
        await redis.script_flush()

    assert (await bucket.take(limit, "ann")).allowed


async def test_limits_locally_while_redis_is_down() -> None:
    """Without Redis every process still admits no more than the capacity."""
    bucket, limit = TokenBucket(Cache(RedisSettings("redis://127.0.0.1:1/0"))), _limit(3, 0)

    decisions = await asyncio.gather(*(bucket.take(limit, "ann") for _ in range(10)))

    assert 3 == sum(decision.allowed for decision in decisions)
    assert MAX_RETRY_AFTER == decisions[-1].retry_after


async def _allowed(bucket: TokenBucket, limit: RateLimit) -> bool:
    return (await bucket.take(limit, "ann")).allowed
