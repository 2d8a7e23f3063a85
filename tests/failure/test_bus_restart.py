"""NATS goes and comes back: no call fails because of it, no event is lost, doubled or out of order."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import Text, Uuid, bindparam, text

from guild.events.v1 import graph_pb2 as events
from mesh.data import Database, Transaction, inbox_once, statement
from mesh.events import Bus, Consumer, Event
from mesh.settings import NatsSettings
from mesh.testing import TestIdentity, wait_for
from mesh.testing.linearizability import UNKNOWN
from tests.failure.connections import new_pairs, rows_of, say, some_verbs
from tests.failure.network import Network, running

PAIRS = 20
AUTHORS, READERS = 3, 4
_EVENTS = {
    events.ConnectionRequested: "pending",
    events.ConnectionAccepted: "accepted",
    events.ConnectionRejected: "rejected",
    events.ConnectionWithdrawn: "withdrawn",
    events.ConnectionIgnored: "ignored",
    events.ConnectionRemoved: "removed",
}
_HEARD = statement(
    text("INSERT INTO heard (event_id, key, state) VALUES (:event_id, :key, :state)").bindparams(
        bindparam("event_id", type_=Uuid), bindparam("key", type_=Text), bindparam("state", type_=Text)
    )
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def network(ground: Any) -> AsyncIterator[Network]:
    async with running(ground) as network:
        yield network


class Witness:
    """Another service: it writes down each event it hears, in the transaction that remembers the event."""

    def __init__(self, database: Database, dsn: str) -> None:
        self._database = database
        self._dsn = dsn

    async def __call__(self, event: Event[Any]) -> None:
        async def work(tx: Transaction) -> None:
            if await inbox_once(tx, "witness", event.id):
                await tx.execute(_HEARD, event_id=event.id, key=event.key, state=_EVENTS[type(event.message)])

        await self._database.transact(work)

    async def heard(self) -> dict[str, list[str]]:
        """The states by pair, in the order they were heard."""
        connection = await asyncpg.connect(self._dsn)
        rows = await connection.fetch("SELECT key, array_agg(state ORDER BY place) AS states FROM heard GROUP BY key")
        await connection.close()
        return {row["key"]: row["states"] for row in rows}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def witness(ground: Any) -> AsyncIterator[Witness]:
    settings = await ground.database("svc_jobs")
    connection = await asyncpg.connect(settings.dsn)
    await connection.execute(
        "CREATE TABLE heard (place bigint GENERATED ALWAYS AS IDENTITY, event_id uuid, key text, state text)"
    )
    await connection.close()
    database, bus = Database(settings), Bus(NatsSettings(ground.servers.nats_url))
    witness = Witness(database, settings.dsn)
    parts = [database, bus, Consumer(bus, "witness", dict.fromkeys(_EVENTS, witness))]
    for part in parts:
        await part.start()
    yield witness
    for part in reversed(parts):
        await part.stop()


@pytest.mark.parametrize("kill", [False, True], ids=["stopped", "killed"])
async def test_every_change_is_told_once_and_in_order(
    ground: Any, network: Network, witness: Witness, identity: TestIdentity, kill: bool
) -> None:
    """Members connect and part while NATS is away: each answer is the domain's, each change is heard once."""
    database = await asyncpg.connect(network.profile_dsn)
    pairs = await new_pairs(database, identity, PAIRS)
    rng, nats = random.Random(20260101), ground.servers.nats

    async def quarrel(words: int) -> None:
        await asyncio.gather(
            *(
                say(network.profile_channel, members, by, some_verbs(rng, words))
                for members in pairs
                for by in members.pair
            )
        )

    await quarrel(2)
    await asyncio.gather(quarrel(3), asyncio.to_thread(nats.kill if kill else nats.stop))
    await quarrel(2)
    await asyncio.gather(quarrel(3), asyncio.to_thread(nats.start))

    rows = await rows_of(database, pairs)
    await database.close()
    made = {
        f"{members.pair.lo}-{members.pair.hi}": [to for _, _, to, *_ in row.histories[0]]
        for members, row in zip(pairs, rows, strict=True)
        if row.histories[0]
    }

    async def all_heard() -> dict[str, list[str]] | None:
        heard = {key: states for key, states in (await witness.heard()).items() if key in made}
        return heard if sum(map(len, heard.values())) >= sum(map(len, made.values())) else None

    assert made == await wait_for(all_heard, timeout=30)
    assert [] == [op for members in pairs for op in members.history.operations if op.result is UNKNOWN]
    assert [20 for _ in pairs] == [len(members.history.operations) for members in pairs]
    assert [] == [members.transcript() for members in pairs if members.explanation() is None]


async def test_posts_written_while_the_bus_is_away_reach_warm_feeds(ground: Any, network: Network) -> None:
    """Before, during and after: every post is acknowledged, and is in every reader's warm feed in the end."""
    authors = [await network.join() for _ in range(AUTHORS)]
    readers = [await network.join() for _ in range(READERS)]
    for author in authors:
        await network.connect(author, readers)
    for reader in readers:
        assert [] == await network.feed(reader)

    async def write(count: int) -> list[str]:
        made = [await asyncio.gather(*(network.post(author) for author in authors)) for _ in range(count)]
        return [post for row in made for post in row]

    nats = ground.servers.nats
    published = await write(2)
    in_between, _ = await asyncio.gather(write(2), asyncio.to_thread(nats.kill))
    away = await write(2)
    await asyncio.to_thread(nats.start)
    published = {*published, *in_between, *away, *(await write(1))}

    async def arrived() -> bool:
        return all([set(await network.warm(reader)) == published for reader in readers])

    await wait_for(arrived, timeout=30)
    feeds = [await network.feed(reader) for reader in readers]
    assert [sorted(published)] * READERS == [sorted(feed) for feed in feeds]
