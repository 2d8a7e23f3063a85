"""Plain SQL on the same PostgreSQL: tables with the columns of a service's own, in a schema of the bench."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

import asyncpg

SCHEMA = "bench_floor"
POOL = 16
"""Connections of all workers together: more than a service's pool has, so that the floor does not wait for them."""


@contextmanager
def copied(dsn: str, *tables: str) -> Generator[None]:
    """Copy tables with indexes and defaults, empty; drop the copies when the block is left."""
    drop = f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"
    copies = [f"CREATE TABLE {SCHEMA}.{table} (LIKE public.{table} INCLUDING ALL)" for table in tables]
    asyncio.run(_execute(dsn, drop, f"CREATE SCHEMA {SCHEMA}", *copies))
    try:
        yield
    finally:
        asyncio.run(_execute(dsn, drop))


async def _execute(dsn: str, *statements: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def pool(dsn: str, workers: int) -> asyncpg.Pool:
    """Return one worker's part of the connections, all open."""
    size = max(1, POOL // workers)
    return await asyncpg.create_pool(dsn, min_size=size, max_size=size)
