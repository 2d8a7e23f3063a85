"""The cache when its server goes and comes back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from mesh.cache import Cache, CacheUnavailable
from mesh.embedded import ValkeyServer
from mesh.settings import RedisSettings
from mesh.testing import wait_for


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[ValkeyServer]:
    server = ValkeyServer(tmp_path / "valkey")
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


@pytest_asyncio.fixture
async def cache(server: ValkeyServer) -> AsyncIterator[Cache]:
    cache = Cache(RedisSettings(server.url))
    await cache.start()
    yield cache
    await cache.stop()


async def test_back_after_a_restart(server: ValkeyServer, cache: Cache) -> None:
    """While the server is away calls fail at once; when it is back they work again, scripts included."""
    add = cache.script("return redis.call('INCRBY', KEYS[1], ARGV[1])")
    await add(["n"], [1])

    await asyncio.to_thread(server.kill)
    with pytest.raises(CacheUnavailable):
        await cache.get("n")
    with pytest.raises(CacheUnavailable):
        cache.get("n").send(None)  # fails in its first step: it waits for nothing
    await asyncio.to_thread(server.start)
    await wait_for(lambda: cache.available)
    await add(["m"], [1])

    assert b"1" == await cache.get("m")


async def test_server_that_hangs_counts_as_away(server: ValkeyServer, cache: Cache) -> None:
    """A server that takes connections and never answers is given up on, and noticed when it answers again."""
    async with Redis.from_url(server.url) as redis:
        await redis.execute_command("CLIENT", "PAUSE", "3000", "ALL")

    with pytest.raises(CacheUnavailable):
        await cache.get("n")
    opened = not cache.available
    await wait_for(lambda: cache.available, timeout=10)

    assert opened
    assert await cache.get("n") is None
