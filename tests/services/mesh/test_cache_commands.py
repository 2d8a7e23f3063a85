"""The cache on a real Redis."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from mesh.cache import Cache, CacheUnavailable, CommandRefused
from mesh.settings import RedisSettings

ADD = "return redis.call('INCRBY', KEYS[1], ARGV[1])"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cache(redis_settings: RedisSettings) -> AsyncIterator[Cache]:
    cache = Cache(redis_settings, prefix="commands:")
    await cache.start()
    yield cache
    await cache.stop()


async def test_values_come_back(cache: Cache) -> None:
    """What was set is read, together or alone; what was deleted is gone."""
    await cache.set("a", "1")
    await cache.set("b", b"\x00two")

    together = await cache.mget(["a", "missing", "b"])
    deleted = await cache.delete("a", "b", "missing")

    assert [b"1", None, b"\x00two"] == together
    assert 2 == deleted
    assert (None, False) == (await cache.get("a"), await cache.exists("a"))


async def test_nothing_asked_is_nothing_answered(cache: Cache) -> None:
    """Empty lists of keys are fine."""
    assert ([], 0) == (await cache.mget([]), await cache.delete())


async def test_set_if_absent(cache: Cache) -> None:
    """The first of two wins, and the other is told."""
    results = await asyncio.gather(*(cache.set("once", n, if_absent=True) for n in range(2)))

    assert [True, False] == results


async def test_lifetimes(cache: Cache) -> None:
    """A value lives as long as it was told, to the millisecond; one that is not there cannot be told."""
    await cache.set("short", "x", ttl=1.5)
    first = await cache.execute("PTTL", "short")
    extended = await cache.expire("short", 60)
    second = await cache.execute("PTTL", "short")

    assert 1_000 < first <= 1_500
    assert extended
    assert 59_000 < second <= 60_000
    assert not await cache.expire("missing", 60)


async def test_counters(cache: Cache) -> None:
    """Concurrent increments all count."""
    await asyncio.gather(*(cache.execute("INCRBY", "n", 2) for _ in range(100)))

    assert 201 == await cache.execute("INCRBY", "n", 1)


async def test_any_command_with_the_servers_reply(cache: Cache) -> None:
    """Maps are dicts, scores are floats: RESP3 as the server sends it."""
    await cache.execute("HSET", "h", "field", "value")
    await cache.execute("ZADD", "z", 1.5, "member")

    assert {b"field": b"value"} == await cache.execute("HGETALL", "h")
    assert [[b"member", 1.5]] == await cache.execute("ZRANGE", "z", 0, -1, "WITHSCORES")


async def test_keys_carry_the_prefix(cache: Cache, redis_settings: RedisSettings) -> None:
    """Two services on one server do not see each other's keys."""
    other = Cache(redis_settings, prefix="other:")
    await cache.set("mine", "1")

    async with Redis.from_url(redis_settings.url) as redis:
        found = (await other.get("mine"), await redis.get(cache.key("mine")))
    await other.stop()

    assert (None, b"1") == found


async def test_commands_of_one_tick_share_a_write(cache: Cache, redis_settings: RedisSettings) -> None:
    """A thousand reads of one tick cost a handful of round trips; others use the server too, but not all the time."""
    await cache.set("hot", "1")
    reads = 1_000
    for _ in range(50):
        before = await _reads_of_socket(redis_settings)
        values = await asyncio.gather(*(cache.get("hot") for _ in range(1_000)))
        reads = min(reads, await _reads_of_socket(redis_settings) - before)
        assert [b"1"] * 1_000 == values
        if reads < 20:
            break

    assert reads < 20


async def test_an_error_reaches_its_own_caller_only(cache: Cache) -> None:
    """A command the server refuses leaves its neighbours in the batch alone."""
    await cache.set("text", "not a number")

    results = await asyncio.gather(cache.execute("INCRBY", "text", 1), cache.set("fine", "1"), return_exceptions=True)

    assert isinstance(results[0], CommandRefused)
    assert results[1] is True


@pytest.mark.parametrize("value", [None, True, uuid4()])
async def test_an_argument_without_a_form_is_refused(cache: Cache, value: Any) -> None:
    """What the protocol cannot carry fails its caller before it gets near the connection."""
    with pytest.raises(TypeError):
        await cache.set("odd", value)


async def test_more_than_fits_the_wire_waits_its_turn(cache: Cache) -> None:
    """Thousands of commands of one tick all get their own answer."""
    await asyncio.gather(*(cache.set(f"many{n}", n, ttl=60) for n in range(3_000)))

    assert [str(n).encode() for n in range(3_000)] == await cache.mget([f"many{n}" for n in range(3_000)])


async def test_commands_past_the_bound_are_refused(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue that is full refuses at once instead of growing."""
    monkeypatch.setattr("mesh.cache.connection.MAX_WAITING", 10)

    results = await asyncio.gather(*(cache.get("any") for _ in range(12)), return_exceptions=True)

    assert 2 == sum(isinstance(result, CacheUnavailable) for result in results)


async def test_stop_lets_commands_end(redis_settings: RedisSettings) -> None:
    """Commands on their way get their answer before the connections close."""
    cache = Cache(redis_settings)
    answer = asyncio.ensure_future(cache.get("missing"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    await cache.stop()

    assert await answer is None


async def test_a_cancelled_caller_disturbs_nobody(cache: Cache) -> None:
    """Who goes away before the reply does not take the others along."""
    await cache.set("stay", "1")
    gone = asyncio.ensure_future(cache.get("stay"))
    stays = asyncio.ensure_future(cache.get("stay"))
    await asyncio.sleep(0)
    gone.cancel()

    assert b"1" == await stays
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_script_survives_script_flush(cache: Cache, redis_settings: RedisSettings) -> None:
    """A script the server forgot is sent again."""
    add = cache.script(ADD)
    first = await add(["count"], [2])
    async with Redis.from_url(redis_settings.url) as redis:
        await redis.script_flush()

    second = await asyncio.gather(*(add(["count"], [1]) for _ in range(3)))

    assert (2, [3, 4, 5]) == (first, sorted(second))


async def test_server_that_is_not_there_fails_at_once() -> None:
    """A service starts without its cache, and every call is refused without waiting."""
    cache = Cache(RedisSettings("redis://127.0.0.1:1/0"))
    await cache.start()

    available = cache.available
    with pytest.raises(CacheUnavailable) as refused:
        await cache.get("a")
    with pytest.raises(CacheUnavailable):
        await cache.check()
    await cache.stop()

    assert not available
    assert 1.0 == refused.value.retry_after


async def test_check_passes_while_the_server_answers(cache: Cache) -> None:
    """The readiness check is a ping."""
    await cache.check()

    assert cache.available


async def _reads_of_socket(settings: RedisSettings) -> int:
    async with Redis.from_url(settings.url) as redis:
        info: dict[str, int] = await redis.info("stats")
    return info["total_reads_processed"]
