"""Whatever becomes of Redis, who lost a permission has lost it when the other one is told so."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest_asyncio
from redis.asyncio import Redis

from guild.feed.v1 import post_service_pb2 as posts
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from mesh.errors import NotFound
from mesh.generations.registry import LEASE_SECONDS
from mesh.settings import RedisSettings
from mesh.testing import wait_for
from mesh.testing.serving import serving
from svc_feed.app import build_api
from svc_feed.config import Config as FeedConfig
from svc_profile.app import build as build_profile
from svc_profile.config import Config as ProfileConfig
from tests.failure.network import Member, Network
from tests.services.svc_feed.line import TcpLine

ROUNDS = 12


@dataclass(frozen=True)
class World:
    """Two instances of the profile service, one of which has a line to Redis that may be cut; and the feed."""

    network: Network
    apart: ConnectionServiceStub
    line: TcpLine
    redis_url: str

    @asynccontextmanager
    async def _redis(self) -> AsyncGenerator[Redis]:
        async with Redis.from_url(self.redis_url) as redis:
            yield redis

    async def in_force(self) -> bool:
        """Whether verdicts are kept at all."""
        async with self._redis() as redis:
            return (await self.epoch(redis)).startswith(b"=")

    @staticmethod
    async def epoch(redis: Any) -> bytes:
        return await redis.get("mesh:epoch") or b""

    async def empty(self) -> None:
        async with self._redis() as redis:
            await redis.flushall()

    async def vouch(self) -> None:
        """Do without the ten seconds."""
        async with self._redis() as redis:
            known = re.match(rb"[=?](\d+):", await self.epoch(redis))
            await redis.set("mesh:epoch", b"=%d:tests" % (int(known[1]) if known else 0), px=3_000)
        assert await self.in_force()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(ground: Any) -> AsyncIterator[World]:
    profile_db, feed_db = await ground.database("svc_profile"), await ground.database("svc_feed")
    url: str = ground.servers.redis_url
    line = TcpLine(url.split("/")[2])
    apart_from: dict[str, Any] = {**ground.profile, "redis": RedisSettings(f"redis://{await line.start()}/0")}
    async with AsyncExitStack() as stack:
        profile = await stack.enter_async_context(
            serving(build_profile(ProfileConfig(**ground.profile, database=profile_db)))
        )
        apart = await stack.enter_async_context(
            serving(build_profile(ProfileConfig(**apart_from, database=profile_db)))
        )
        config = FeedConfig(**ground.common, database=feed_db, profile_address=profile.address)
        feed = await stack.enter_async_context(serving(build_api(config)))
        network = Network(profile.channel, feed.channel, url, profile_db.dsn)
        yield World(network, ConnectionServiceStub(apart.channel), line, url)
    await line.stop()


async def befriend(at: ConnectionServiceStub, one: Member, other: Member) -> None:
    await at.RequestConnection(graph.RequestConnectionRequest(user_id=other.id), metadata=one.metadata)
    await at.AcceptConnection(graph.AcceptConnectionRequest(user_id=one.id), metadata=other.metadata)


async def part(at: ConnectionServiceStub, one: Member, other: Member) -> None:
    await at.RemoveConnection(graph.RemoveConnectionRequest(user_id=other.id), metadata=one.metadata)


@dataclass(frozen=True)
class Pair:
    """A reader, an author, and a post for the author's connections."""

    network: Network
    reader: Member
    author: Member
    post: str

    async def seen(self) -> bool:
        """Whether the reader may see the post."""
        try:
            await self.network.posts.GetPost(posts.GetPostRequest(post_id=self.post), metadata=self.reader.metadata)
        except NotFound:
            return False
        return True


async def friends(world: World) -> Pair:
    """Connected, and the verdict kept."""
    reader, author = await world.network.join(), await world.network.join()
    await befriend(world.network.graph, reader, author)
    pair = Pair(world.network, reader, author, await world.network.post(author))
    assert await pair.seen()
    return pair


async def test_killed(ground: Any, world: World) -> None:
    """A change without Redis is answered when nobody relies on what was; back again, Redis knows no better."""
    await world.vouch()
    pair = await friends(world)
    await asyncio.to_thread(ground.servers.redis.kill)
    try:
        await part(world.network.graph, pair.author, pair.reader)
        without = await pair.seen()
    finally:
        await asyncio.to_thread(ground.servers.redis.start)
    back = await pair.seen()
    await wait_for(world.in_force, timeout=60)

    assert (False, False, False) == (without, back, await pair.seen())


async def test_the_writer_alone_is_cut_off(world: World) -> None:
    """Readers and another writer have Redis and rely on it until the epoch ends: so long the answer waits."""
    await wait_for(world.in_force, timeout=60)
    pair, clock = await friends(world), asyncio.get_running_loop().time
    async with world.line.cut():
        begun = clock()
        removal = asyncio.create_task(part(world.apart, pair.author, pair.reader))
        while not removal.done():
            await pair.seen()
            await asyncio.sleep(0.01)
        await removal
        took, after = clock() - begun, await pair.seen()

    assert not after
    assert took > LEASE_SECONDS


async def test_emptied_at_any_moment(world: World) -> None:
    """Connected and parted again and again while Redis loses everything: no read lags behind an answer."""
    pair = await friends(world)
    enough = asyncio.Event()

    async def trouble() -> None:
        while not enough.is_set():
            await world.empty()
            await asyncio.sleep(0.02)
            await world.vouch()
            await asyncio.sleep(0.1)

    async def read() -> None:
        while not enough.is_set():  # so that there is always something kept, and being kept
            await pair.seen()

    beside = [asyncio.create_task(doing) for doing in (trouble(), read(), read())]
    seen: list[bool] = []
    try:
        for _ in range(ROUNDS):
            await part(world.network.graph, pair.reader, pair.author)
            seen.append(await pair.seen())
            await befriend(world.network.graph, pair.reader, pair.author)
            seen.append(await pair.seen())
    finally:
        enough.set()
        await asyncio.gather(*beside)

    assert [False, True] * ROUNDS == seen
