"""Databases and their migrations: Alembic over asyncpg, one runner at a time."""

import asyncio
import importlib.util
import re
import threading
from pathlib import Path

import asyncpg
from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

MIGRATION_LOCK = 0x6775696C64  # "guild": the advisory lock of whoever migrates; one node is enough for that
_WAIT_SECONDS = 300.0  # for another process that migrates
_ASK_EVERY_SECONDS = 0.1
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_alembic = threading.Lock()  # Alembic keeps the migration under way in module globals


async def upgrade(package: str, dsn: str, *, revision: str = "head") -> None:
    """Bring a database to a revision of `<package>.store.migrations`; several processes may try at once."""
    await asyncio.to_thread(_upgrade, package, dsn, revision)


async def create_database(admin_dsn: str, name: str) -> None:
    """Create a database unless it is there; `admin_dsn` is any other database of the server."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a database: use lower-case letters, digits and _")
    connection = await asyncpg.connect(admin_dsn)
    try:
        await connection.execute(f"SELECT pg_advisory_lock({MIGRATION_LOCK})")
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()


def run_env(metadata: MetaData) -> None:
    """Run migrations: the whole body of a service's `env.py`.

    Each revision is a transaction of its own; one that builds an index concurrently uses
    `with op.get_context().autocommit_block()`.
    """
    connection: Connection | None = context.config.attributes.get("connection")
    if connection is None:
        raise RuntimeError("migrations run through mesh.data.migrate.upgrade")
    context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


def _upgrade(package: str, dsn: str, revision: str) -> None:
    with _alembic:
        asyncio.run(_upgrade_alone(_config(package), dsn, revision))


async def _upgrade_alone(config: Config, dsn: str, revision: str) -> None:
    lock = await asyncpg.connect(dsn)
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(dsn), poolclass=NullPool
    )
    try:
        await _take_turn(lock)
        async with engine.connect() as connection:
            await connection.run_sync(_run, config, revision)
    finally:
        await engine.dispose()
        await lock.close()


async def _take_turn(lock: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Wait for the advisory lock by asking: a statement that waits would itself hold up CREATE INDEX CONCURRENTLY."""
    async with asyncio.timeout(_WAIT_SECONDS):
        while not await lock.fetchval(f"SELECT pg_try_advisory_lock({MIGRATION_LOCK})"):  # noqa: ASYNC110 - see above
            await asyncio.sleep(_ASK_EVERY_SECONDS)


def _run(connection: Connection, config: Config, revision: str) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _config(package: str) -> Config:
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise LookupError(f"there is no package {package}")
    config = Config()
    config.set_main_option("script_location", str(Path(found.submodule_search_locations[0], "store", "migrations")))
    return config
