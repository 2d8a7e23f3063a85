"""The profile service is killed while members connect: no half-made pair, no event that is missing or untrue."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from guild.events.v1 import graph_pb2 as events
from mesh.events import Bus, Consumer, Event
from mesh.settings import NatsSettings
from mesh.testing import TestIdentity, wait_for
from mesh.testing.serving import calling
from tests.failure.connections import Members, new_pairs, rows_of, say, some_verbs
from tests.failure.processes import RoleProcess, environment

pytestmark = pytest.mark.timeout(300)  # processes start slowly on a machine that is busy
KILLS = 2
PAIRS = 24
CALLS_BETWEEN_KILLS = 120
_EVENTS = {
    events.ConnectionRequested: "pending",
    events.ConnectionAccepted: "accepted",
    events.ConnectionRejected: "rejected",
    events.ConnectionWithdrawn: "withdrawn",
    events.ConnectionIgnored: "ignored",
    events.ConnectionRemoved: "removed",
}


@dataclass
class Profile:
    """The service as a process, its database seen from outside."""

    process: RoleProcess
    database: asyncpg.Connection


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def profile(ground: Any, identity: TestIdentity) -> AsyncIterator[Profile]:
    settings = await ground.database("svc_profile")
    process = RoleProcess("svc_profile", env=environment(ground, identity, settings.dsn), ground=ground)
    outside = await asyncpg.connect(settings.dsn)
    await process.start()
    yield Profile(process, outside)
    process.kill()
    await outside.close()


@pytest_asyncio.fixture
async def heard(ground: Any) -> AsyncIterator[dict[str, dict[str, str]]]:
    """What the bus says of each pair: states by the id of their event, in the order of their first arrival."""
    pairs: defaultdict[str, dict[str, str]] = defaultdict(dict)

    async def hear(event: Event[Any]) -> None:
        pairs[event.key].setdefault(str(event.id), _EVENTS[type(event.message)])

    bus = Bus(NatsSettings(ground.servers.nats_url))
    consumer = Consumer(bus, "judge", dict.fromkeys(_EVENTS, hear))
    for part in (bus, consumer):
        await part.start()
    yield pairs
    for part in (consumer, bus):
        await part.stop()


async def test_connections_are_whole_after_kills(
    profile: Profile, identity: TestIdentity, heard: dict[str, dict[str, str]]
) -> None:
    """Killed twice under load: pairs are symmetric and explainable, each change was told once, in order."""
    pairs = await new_pairs(profile.database, identity, PAIRS)
    enough, rng = asyncio.Event(), random.Random(20260101)

    async def side(channel: Any, members: Members, by: Any) -> None:
        while not enough.is_set():
            said = len(members.history.operations)
            await say(channel, members, by, some_verbs(rng, 1))
            pause = 0.02 if len(members.history.operations) > said else 0.1  # longer while nobody listens
            await asyncio.sleep(pause)

    def said() -> int:
        return sum(len(members.history.operations) for members in pairs)

    async with calling(profile.process.address) as channel, asyncio.TaskGroup() as group:
        for members in pairs:
            for by in members.pair:
                group.create_task(side(channel, members, by))
        for _ in range(KILLS):
            before = said()
            await wait_for(lambda before=before: said() >= before + CALLS_BETWEEN_KILLS, timeout=30)
            profile.process.kill()
            await profile.process.start()
        enough.set()

    rows = await rows_of(profile.database, pairs)
    faults = [fault for row in rows for fault in row.faults()]
    unexplained = [members.transcript() for members in pairs if members.explanation() is None]
    assert ([], []) == (faults, unexplained)

    changes = {
        f"{members.pair.lo}-{members.pair.hi}": [to for _, _, to, *_ in row.histories[0]]
        for members, row in zip(pairs, rows, strict=True)
        if row.histories[0]
    }
    await wait_for(lambda: sum(map(len, heard.values())) >= sum(map(len, changes.values())), timeout=30)
    assert changes == {key: list(told.values()) for key, told in heard.items()}
    unpublished = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
    await wait_for(lambda: _none(profile.database.fetchval(unpublished)))


async def _none(counted: Awaitable[int]) -> bool:
    return await counted == 0
