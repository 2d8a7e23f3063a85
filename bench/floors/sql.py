"""Plain SQL on the same PostgreSQL: tables with the columns of a service's own, in a schema of the bench."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import asyncpg

SCHEMA = "bench_floor"
POOL = 16
"""Connections of all workers together: more than a service's pool has, so that the floor does not wait for them."""


@asynccontextmanager
async def copied(dsn: str, *tables: str) -> AsyncGenerator[None]:
    """Copy tables with indexes and defaults, empty; drop the copies when the block is left."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        await connection.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in tables:
            await connection.execute(f"CREATE TABLE {SCHEMA}.{table} (LIKE public.{table} INCLUDING ALL)")
        yield
    finally:
        await connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        await connection.close()


async def pool(dsn: str, workers: int) -> asyncpg.Pool:
    """Return one worker's part of the connections, all open."""
    size = max(1, POOL // workers)
    return await asyncpg.create_pool(dsn, min_size=size, max_size=size)
