"""The plain-SQL floors, in step with the tables of the services."""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from bench.floors.chat_sql import TABLES, SqlChat
from bench.floors.connect_sql import SqlPairs
from bench.floors.sql import SCHEMA, copied
from bench.load.target import Place, Target
from mesh.testing.databases import Databases

FLOORS: list[tuple[str, tuple[str, ...], Callable[[str], Any], str]] = [
    ("svc_profile", ("connections",), SqlPairs, "pair"),
    ("svc_messaging", TABLES, lambda dsn: SqlChat(dsn, 4), "message"),
]


async def fire(target: Target, times: int) -> list[str]:
    """Open the target, fire some at once, close it."""
    session = await target.open(Place(), lambda _name, _seconds: None)
    try:
        return await asyncio.gather(*(session.fire(number, 0.0) for number in range(times)))
    finally:
        await session.close()


async def tables(dsn: str) -> int:
    """Count the tables in the schema of the bench."""
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = $1", SCHEMA
        )
    finally:
        await connection.close()


@pytest.mark.parametrize(("package", "copies", "make", "kind"), FLOORS)
def test_a_floor_writes_the_columns_of_the_service(
    database_of: Databases, package: str, copies: tuple[str, ...], make: Callable[[str], Target], kind: str
) -> None:
    """The statements of the floor fit copies of the real tables, which are gone afterwards."""
    dsn = asyncio.run(database_of(package)).dsn

    with copied(dsn, *copies):
        fired = asyncio.run(fire(make(dsn), 20))
        there = asyncio.run(tables(dsn))

    assert [kind] * 20 == fired
    assert (len(copies), 0) == (there, asyncio.run(tables(dsn)))
