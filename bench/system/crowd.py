"""A hundred thousand members to look for, for as long as it takes."""

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import asyncpg

from bench.system.running import NotRunning
from guildctl.seed.names import CITIES, FIRST, LAST, SCHOOL_KINDS, STEMS, SUFFIXES
from guildctl.seed.topics import TOPICS

PEOPLE = 100_000
_READ_SECONDS = 900.0
"""For the service to read those who were written: a millisecond each, on a machine that does other things too."""
_ASK_SECONDS = 1.0
_TABLES = {
    "positions": "user_id id title company_name start",
    "education": "user_id id school",
    "skills": "user_id id name",
}


@asynccontextmanager
async def crowd(dsn: str, say: Callable[[str], None], people: int = PEOPLE) -> AsyncGenerator[list[str]]:
    """Members as `guild seed` has them, until the block ends; gives their names.

    Where there are as many members already, as after `guild seed --bulk`, it writes none, and gives names of some.
    Raises NotRunning when the service does not read them in time.
    """
    database: Any = await asyncpg.connect(dsn)
    domain = f"@{secrets.token_hex(4)}.bench.example"
    try:
        if await database.fetchval("SELECT count(*) FROM users") >= people:
            rows = await database.fetch("SELECT name FROM users LIMIT 1000")
            yield [row["name"] for row in rows]
            return
        say(f"  {people:,} members are written, and read by the service")
        names = await _write(database, people, domain)
        await _read(database)
        yield names
    finally:
        await _drop(database, domain)
        await database.close()


async def _write(database: Any, people: int, domain: str) -> list[str]:
    draw, now = Random(42), datetime.now(UTC)
    users: list[tuple[Any, ...]] = []
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _TABLES}
    for number in range(people):
        topic, city, user_id = draw.choice(TOPICS), draw.choice(CITIES), UUID(bytes=secrets.token_bytes(16))
        firm = f"{draw.choice(STEMS)} {draw.choice(STEMS)} {draw.choice(SUFFIXES[topic.industry])}"
        title, name = draw.choice(topic.titles), f"{draw.choice(FIRST)} {draw.choice(LAST)}"
        school = draw.choice(SCHOOL_KINDS).format(city=draw.choice(CITIES))
        users.append((user_id, name, f"{title} at {firm}", city, f"{number}{domain}", now, now, 1))
        rows["positions"].append((user_id, user_id, title, firm, "2020"))
        rows["education"].append((user_id, user_id, school))
        rows["skills"] += [(user_id, UUID(bytes=secrets.token_bytes(16)), skill) for skill in topic.skills]
    columns = ["user_id", "name", "headline", "location", "email", "created_at", "updated_at", "parts_revision"]
    async with database.transaction():
        await database.copy_records_to_table("users", records=users, columns=columns)
        for table, named in _TABLES.items():
            await database.copy_records_to_table(table, records=rows[table], columns=named.split())
    return [user[1] for user in users[:1_000]]


async def _read(database: Any) -> None:
    began = time.monotonic()
    while await database.fetchval("SELECT EXISTS (SELECT FROM users WHERE searchable_by = 0)"):
        if time.monotonic() - began > _READ_SECONDS:
            raise NotRunning("the profile service did not read the crowd in time")
        await asyncio.sleep(_ASK_SECONDS)
    await database.execute("VACUUM ANALYZE people_search, users, positions, education, skills")


async def _drop(database: Any, domain: str) -> None:
    ours = "SELECT user_id FROM users WHERE email LIKE '%' || $1"
    for table in ("people_search", "search_appearances", *_TABLES, "users"):
        await database.execute(f"DELETE FROM {table} WHERE user_id IN ({ours})", domain)  # noqa: S608 - names of our own
