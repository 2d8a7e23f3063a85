"""The cache on a Redis Cluster."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest_asyncio
from redis.asyncio import Redis

from mesh.cache import Cache, Generations
from mesh.contract import RateLimit, Scope
from mesh.embedded import ValkeyServer, free_port
from mesh.limits.token_bucket import TokenBucket
from mesh.settings import RedisSettings
from mesh.testing import wait_for

LAST_SLOT = 16_383


class ClusterServer(ValkeyServer):
    """A cluster of one node, with every slot."""

    def command(self) -> list[str | Path]:
        return [*super().command(), "--cluster-enabled", "yes", "--cluster-port", str(free_port())]


LIMIT = RateLimit("b", 10, 0, Scope.ACCOUNT)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cache(tmp_path_factory: object) -> AsyncIterator[Cache]:
    server = ClusterServer(tmp_path_factory.mktemp("cluster") / "data")  # type: ignore[attr-defined]
    await asyncio.to_thread(server.start)
    async with Redis.from_url(server.url) as node:
        await node.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, LAST_SLOT)
        await wait_for(lambda: _formed(node), timeout=15)
    cache = Cache(RedisSettings(server.url, cluster=True), prefix="cluster:")
    await cache.start()
    yield cache
    await cache.stop()
    await asyncio.to_thread(server.stop)


async def _formed(node: "Redis") -> bool:
    return b"cluster_state:ok" in await node.execute_command("CLUSTER", "INFO")


async def test_keys_of_many_slots_in_one_go(cache: Cache) -> None:
    """Reads and deletes of keys in different slots work as on one server."""
    stored = await asyncio.gather(*(cache.set(f"k{n}", n, ttl=60) for n in range(50)))

    values = await cache.mget([f"k{n}" for n in range(50)])

    assert [True] * 50 == stored
    assert [str(n).encode() for n in range(50)] == values
    assert 50 == await cache.delete(*(f"k{n}" for n in range(50)))
    await cache.check()


async def test_scripts_load_themselves(cache: Cache) -> None:
    """Limits and generations, which are scripts, work on a node that has not seen them."""
    bucket, generations, user = TokenBucket(cache), Generations(cache), uuid4()

    decisions = await asyncio.gather(*(bucket.take(LIMIT, "ann") for _ in range(30)))
    bumped = await generations.bump(user)

    assert 10 == sum(decision.allowed for decision in decisions)
    assert bumped == await generations.current(user)
