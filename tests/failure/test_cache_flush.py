"""Redis is emptied, and Redis is away: nothing but speed is lost."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from guild.feed.v1.post_pb2 import VISIBILITY_PUBLIC, Reaction
from guild.graph.v1 import connection_service_pb2 as graph
from mesh.errors import Failure, Unauthenticated, Unavailable
from mesh.testing import wait_for
from tests.failure.network import Member, Network, running

POSTS = 6
BUCKET = 50  # connection requests a member may make at once
REFILLED = 5  # a minute; no test lasts longer


@dataclass(frozen=True)
class World:
    """An author, a reader with a warm feed, somebody who signed out, somebody who signed in long ago."""

    network: Network
    author: Member
    reader: Member
    left: Member
    feed: list[str]
    aside: list[str]
    """Posts that are in neither feed: what is answered moves."""
    reacted: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    """What was acknowledged: for each post the latest reaction of each member."""

    async def keeps_reactions(self) -> bool:
        """Whether every one that was acknowledged is there, and counted."""
        for post, expected in self.reacted.items():
            if expected != await self.network.reactions(self.reader, post):
                return False
            if len(expected) != await self.network.likes(self.reader, post):
                return False
        return bool(self.reacted)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(ground: Any) -> AsyncIterator[World]:
    async with running(ground) as network:
        author, reader, left = [await network.join() for _ in range(3)]
        await network.connect(author, [reader])
        assert [] == await network.feed(reader)
        posts = [await network.post(author) for _ in range(POSTS)]
        await wait_for(lambda: _same(network.warm(reader), posts[::-1]), timeout=20)
        aside = [await network.post(left, visibility=VISIBILITY_PUBLIC) for _ in range(3)]
        await network.logout(left)
        yield World(network, author, reader, left, posts[::-1], aside)


async def _same(read: Awaitable[list[str]], expected: list[str]) -> bool:
    return await read == expected


async def refused(call: Awaitable[Any]) -> str:
    """The reason why nobody is signed in; empty when somebody is."""
    try:
        await call
    except Unauthenticated as failure:
        return failure.reason
    return ""


@asynccontextmanager
async def load(world: World) -> AsyncIterator[Counter[str]]:
    """Members sign in, read, react and refresh for the length of the block; counts failures, and successes as "ok"."""
    network, outcomes, enough = world.network, Counter[str](), asyncio.Event()

    async def sign_in_and_refresh() -> None:
        assert world.author.id == (await network.refresh(await network.login(world.author))).id

    async def look_around() -> None:
        assert world.reader.id == await network.me(world.reader)
        assert [world.author.id] == await network.connections(world.reader)

    async def read() -> None:
        assert world.feed == await network.feed(world.reader)

    async def react() -> None:
        member, post = random.choice((world.author, world.reader)), random.choice(world.aside)
        reaction = random.choice(Reaction.values()[1:])
        await network.react(member, post, reaction)
        world.reacted[post][member.id] = reaction

    async def again_and_again(act: Callable[[], Awaitable[None]]) -> None:
        while not enough.is_set():
            try:
                await act()
            except Failure as failure:
                outcomes[f"{act.__name__}: {failure.reason} {failure.message}"] += 1
            else:
                outcomes["ok"] += 1
            await asyncio.sleep(0.005)

    async with asyncio.TaskGroup() as group:
        for act in (sign_in_and_refresh, look_around, read, react, look_around, read):
            group.create_task(again_and_again(act))
        try:
            await wait_for(lambda: outcomes.total() >= 20, timeout=30)
            yield outcomes
            before = outcomes.total()
            await wait_for(lambda: outcomes.total() >= before + 20, timeout=30)
        finally:
            enough.set()


async def signed_out_everywhere(network: Network, member: Member) -> None:
    """Neither service takes the access token, and the refresh token is of no use."""
    await wait_for(lambda: _refused_at_feed(network, member))
    assert "SESSION_REVOKED" == await refused(network.me(member))
    assert "REFRESH_TOKEN_INVALID" == await refused(network.refresh(member))


async def _refused_at_feed(network: Network, member: Member) -> bool:
    try:
        return await refused(network.feed(member)) == "SESSION_REVOKED"
    except Unavailable:  # it does not know yet
        return False


async def test_a_flush_costs_nothing_but_speed(ground: Any, world: World) -> None:
    """Under load no call fails, no reaction is lost, who was signed in stays so, who signed out stays out."""
    async with load(world) as outcomes, Redis.from_url(ground.servers.redis_url) as redis:
        for _ in range(3):
            await redis.flushall()
            await wait_for(lambda: _same(world.network.warm(world.reader), world.feed), timeout=20)
        await redis.flushall()
        await signed_out_everywhere(world.network, world.left)

    assert {"ok"} == set(outcomes)
    assert world.feed == await world.network.feed(world.reader)
    assert await world.keeps_reactions()


async def charge(network: Network, member: Member, calls: int) -> Counter[str]:
    """Ask strangers who do not exist for a connection; what came of it."""

    async def ask() -> str:
        request = graph.RequestConnectionRequest(user_id=str(uuid4()))
        with pytest.raises(Failure) as caught:
            await network.graph.RequestConnection(request, metadata=member.metadata)
        return caught.value.reason

    return Counter(await asyncio.gather(*(ask() for _ in range(calls))))


async def test_without_redis_members_notice_nothing(ground: Any, world: World) -> None:
    """Killed under load and started again: sessions, sign-outs, limits and feeds are what they were."""
    network, redis = world.network, ground.servers.redis
    leaver, eager, patient = await network.join(), await network.join(), await network.join()
    async with load(world) as outcomes:
        await asyncio.to_thread(redis.kill)
        newcomer = await network.join()
        await network.logout(leaver)
        for member in (world.left, leaver):
            await signed_out_everywhere(network, member)
        away = await charge(network, eager, BUCKET + 2 * REFILLED)
        feed_meanwhile = await network.feed(world.reader)
        await asyncio.to_thread(redis.start)
        await wait_for(lambda: _same(network.warm(world.reader), world.feed), timeout=20)

    assert {"ok"} == set(outcomes)
    assert world.feed == feed_meanwhile == await network.feed(world.reader)
    assert newcomer.id == await network.me(newcomer)
    assert await world.keeps_reactions()
    for member in (world.left, leaver):
        await signed_out_everywhere(network, member)

    back = await charge(network, patient, BUCKET + 2 * REFILLED)
    for charged in (away, back):
        assert {"USER_NOT_FOUND", "RATE_LIMITED"} == set(charged)
        assert BUCKET <= charged["USER_NOT_FOUND"] <= BUCKET + REFILLED


async def test_who_starts_after_a_flush_knows_who_signed_out(ground: Any, world: World) -> None:
    """Redis emptied, roles started anew: a token of an ended session is refused, for reads and writes."""
    async with Redis.from_url(ground.servers.redis_url) as redis:
        await redis.flushall()

    async with running(ground) as fresh:
        outcomes = [await refused(fresh.feed(world.left)), await refused(fresh.post(world.left))]
        outcomes.append(await refused(fresh.me(world.left)))

    assert ["SESSION_REVOKED"] * 3 == outcomes


async def test_who_cannot_know_who_signed_out_answers_nobody(
    ground: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis emptied and the bus away: a role that starts then refuses every token until the bus is back."""
    async with Redis.from_url(ground.servers.redis_url) as redis:
        await redis.flushall()
    await asyncio.to_thread(ground.servers.nats.kill)
    for module in ("bus", "tail"):
        monkeypatch.setattr(f"mesh.events.{module}.START_SECONDS", 0.2)
    try:
        async with running(ground) as fresh:
            with pytest.raises(Unavailable) as caught:
                await fresh.feed(world.left)
            await asyncio.to_thread(ground.servers.nats.start)
            await wait_for(lambda: _refused_at_feed(fresh, world.left), timeout=20)
    finally:
        await asyncio.to_thread(ground.servers.nats.start)

    assert "REVOCATIONS_UNKNOWN" == caught.value.reason


async def test_ended_but_nobody_could_be_told(ground: Any, world: World) -> None:
    """With Redis and the bus away a sign-out is stored and says that it has not spread; it spreads with the bus."""
    leaver = await world.network.join()
    for server in (ground.servers.redis, ground.servers.nats):
        await asyncio.to_thread(server.kill)
    try:
        with pytest.raises(Unavailable) as caught:
            await world.network.logout(leaver)
        here = await refused(world.network.me(leaver))
    finally:
        for server in (ground.servers.redis, ground.servers.nats):
            await asyncio.to_thread(server.start)
    await wait_for(lambda: _refused_at_feed(world.network, leaver), timeout=30)

    assert ("REVOCATION_NOT_SPREAD", "SESSION_REVOKED") == (caught.value.reason, here)
