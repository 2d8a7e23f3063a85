"""Fixtures of the mesh's service tests."""

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest_asyncio
from sqlalchemy import MetaData
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.schema import CreateIndex, CreateTable

from mesh.data import Database, mesh_tables
from mesh.events import Bus
from mesh.events.streams import ALL_STREAMS
from mesh.settings import DatabaseSettings, NatsSettings
from mesh.testing.databases import Databases
from mesh.testing.engines import both_engines

engine = both_engines

OpenDatabase = Callable[..., Awaitable[Database]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def database_settings(database_of: Databases) -> DatabaseSettings:
    """An empty database of this module's own."""
    return await database_of()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def open_database(database_settings: DatabaseSettings) -> AsyncIterator[OpenDatabase]:
    """A factory: await it with a module's MetaData for a Database with those tables, the mesh's and further DDL."""
    opened: list[Database] = []

    async def open_(metadata: MetaData | None = None, *ddl: str) -> Database:
        metadata = metadata if metadata is not None else MetaData()
        mesh_tables(metadata)
        await _create(database_settings.dsn, metadata, ddl)
        database = Database(database_settings)
        await database.start()
        opened.append(database)
        return database

    yield open_
    for database in opened:
        await database.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bus(nats_settings: NatsSettings) -> AsyncIterator[Bus]:
    """A connected bus with streams of this module's own."""
    bus = Bus(nats_settings)
    await bus.start()
    yield bus
    for name in ALL_STREAMS:
        await bus.js.delete_stream(bus.names.stream(name))
    await bus.stop()


async def _create(dsn: str, metadata: MetaData, ddl: tuple[str, ...]) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for table in metadata.sorted_tables:
            for element in (CreateTable(table), *map(CreateIndex, table.indexes)):
                await connection.execute(str(element.compile(dialect=PGDialect_asyncpg())))
        for command in ddl:
            await connection.execute(command)
    finally:
        await connection.close()
