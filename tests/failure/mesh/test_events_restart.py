"""Events when NATS or a process of ours is killed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest_asyncio
from nats.aio.msg import Msg
from sqlalchemy import MetaData
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.schema import CreateTable

from guild.events.v1.jobs_pb2 import CompanyFollowed
from mesh.data import Database, Transaction, inbox_once, mesh_tables
from mesh.embedded import NatsServer
from mesh.events import Bus, Consumer, Event, Relay
from mesh.settings import NatsSettings
from mesh.testing import wait_for
from mesh.testing.databases import Databases


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[NatsServer]:
    server = NatsServer(tmp_path / "nats")
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


@pytest_asyncio.fixture
async def bus(server: NatsServer) -> AsyncIterator[Bus]:
    bus = Bus(NatsSettings(server.url))
    await bus.start()
    yield bus
    await bus.stop()


@pytest_asyncio.fixture
async def database(database_of: Databases) -> AsyncIterator[Database]:
    settings = await database_of()
    metadata = MetaData()
    mesh_tables(metadata)
    connection = await asyncpg.connect(settings.dsn)
    for table in metadata.sorted_tables:
        await connection.execute(str(CreateTable(table).compile(dialect=PGDialect_asyncpg())))
    await connection.close()
    database = Database(settings)
    await database.start()
    yield database
    await database.stop()


class Once:
    """Hears each event once, however often it comes."""

    def __init__(self, database: Database, durable: str) -> None:
        self.database = database
        self.durable = durable
        self.events: list[tuple[str, str]] = []

    async def __call__(self, event: Event[CompanyFollowed]) -> None:
        async def work(transaction: Transaction) -> bool:
            return await inbox_once(transaction, self.durable, event.id)

        if await self.database.transact(work):
            self.events.append((event.key, event.message.user_id))


async def _emit(database: Database, key: str, note: str) -> None:
    async def work(transaction: Transaction) -> None:
        transaction.emit(CompanyFollowed(company_id=key, user_id=note))

    await database.transact(work)


async def test_nothing_is_lost_doubled_or_reordered_by_restarts_of_nats(
    server: NatsServer, bus: Bus, database: Database
) -> None:
    """NATS is killed twice under load: every commit succeeds, every event arrives, once, each key in order."""
    heard, keys, notes = Once(database, "feed"), [f"k{k}" for k in range(10)], [str(n) for n in range(60)]
    parts = [Relay(database, bus, "test"), Consumer(bus, "feed", {CompanyFollowed: heard})]
    for part in parts:
        await part.start()

    for note in notes:
        await asyncio.gather(*(_emit(database, key, note) for key in keys))
        if note in {"20", "40"}:
            await asyncio.to_thread(server.kill)
        if note in {"25", "45"}:
            await asyncio.to_thread(server.start)
    await wait_for(lambda: len(heard.events) >= len(keys) * len(notes), timeout=60)
    for part in reversed(parts):
        await part.stop()

    assert dict.fromkeys(keys, notes) == {
        key: [note for heard_key, note in heard.events if heard_key == key] for key in keys
    }


async def test_bus_that_comes_late(server: NatsServer, database: Database) -> None:
    """A service that started without NATS publishes, hears events and signals as soon as it is there."""
    await asyncio.to_thread(server.stop)
    heard, signals = Once(database, "late"), list[bytes]()

    async def listen(message: Msg) -> None:
        signals.append(message.data)

    bus = Bus(NatsSettings(server.url))
    starting = asyncio.create_task(bus.start())
    parts = [Relay(database, bus, "test"), Consumer(bus, "late", {CompanyFollowed: heard})]
    for part in parts:
        await part.start()
    await bus.subscribe("guild.session.revoked", listen)
    await _emit(database, "a", "1")

    await asyncio.to_thread(server.start)
    await wait_for(lambda: heard.events, timeout=15)
    await bus.publish("guild.session.revoked", b"s")
    await wait_for(lambda: signals)
    await starting
    for part in (*reversed(parts), bus):
        await part.stop()

    assert [("a", "1")] == heard.events


async def test_signals_survive_a_restart(server: NatsServer, bus: Bus) -> None:
    """A subscription made before the server was killed works after it is back."""
    signals: list[bytes] = []

    async def listen(message: Msg) -> None:
        signals.append(message.data)

    await bus.subscribe("guild.session.revoked", listen)
    await asyncio.to_thread(server.kill)
    await wait_for(lambda: not bus.connected, timeout=15)
    while_away = await bus.publish("guild.session.revoked", b"lost")
    await asyncio.to_thread(server.start)
    await wait_for(lambda: bus.connected, timeout=15)
    await bus.publish("guild.session.revoked", b"back")
    await wait_for(lambda: signals)

    assert not while_away
    assert [b"back"] == signals


async def test_buckets_of_a_killed_relay_are_taken_over(bus: Bus, database: Database) -> None:
    """A relay that dies holding every bucket delays its events by a few seconds, no more."""
    dead, alive, heard = Relay(database, bus, "test"), Relay(database, bus, "test"), Once(database, "feed")
    await dead.start()
    await wait_for(lambda: len(dead._leases.held) == 16)
    for task in dead._tasks:
        task.cancel()  # and no lease is given up
    consumer = Consumer(bus, "feed", {CompanyFollowed: heard})
    await consumer.start()
    await alive.start()

    await asyncio.gather(*(_emit(database, f"k{k}", "1") for k in range(32)))
    await wait_for(lambda: len(heard.events) == 32, timeout=8)
    for part in (alive, consumer):
        await part.stop()

    assert {(f"k{k}", "1") for k in range(32)} == set(heard.events)
