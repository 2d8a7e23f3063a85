"""Reads on a real streaming replica, held to what the caller has written."""

import asyncio
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, func, insert, select

from mesh.data import Consistency, Database, PageTokens, statement
from mesh.embedded import PostgresServer, postgres
from mesh.settings import DatabaseSettings, Secret
from mesh.testing import wait_for

NOTES = Table("notes", MetaData(), Column("name", Text, primary_key=True), Column("value", Integer))
WRITE = statement(insert(NOTES))
READ = statement(select(NOTES.c.value).where(NOTES.c.name == bindparam("name")))
IN_RECOVERY = statement(select(func.pg_is_in_recovery()))
TOKENS = PageTokens(Secret("a secret"))


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[PostgresServer, PostgresServer]]:
    """A primary and its replica."""
    with tempfile.TemporaryDirectory(prefix="guild-test-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)
        primary = PostgresServer(home / "primary", options={"shared_buffers": "16MB"})
        primary.start()
        copy = ["-D", str(home / "replica"), "-R", "-X", "stream", "-c", "fast", "-d", primary.dsn()]
        subprocess.run([postgres.binary("pg_basebackup"), *copy], check=True, capture_output=True)
        replica = PostgresServer(home / "replica", options={"shared_buffers": "16MB"})
        try:
            replica.start()
            yield primary, replica
        finally:
            replica.stop()
            primary.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admin(pair: tuple[PostgresServer, PostgresServer]) -> AsyncIterator[tuple[Any, Any]]:
    """Sessions on both, for what a test does to them; the table is there."""
    primary, replica = await asyncpg.connect(pair[0].dsn()), await asyncpg.connect(pair[1].dsn())
    await primary.execute("CREATE TABLE notes (name text PRIMARY KEY, value int)")
    yield primary, replica
    await primary.close()
    await replica.close()


@pytest_asyncio.fixture(loop_scope="module")
async def db(pair: tuple[PostgresServer, PostgresServer], admin: tuple[Any, Any]) -> AsyncIterator[Database]:
    """A database with that replica, which lags behind for ever: nothing written from now on gets there."""
    await wait_for(lambda: caught_up(*admin))
    await admin[1].execute("SELECT pg_wal_replay_pause()")
    database = Database(DatabaseSettings(dsn=pair[0].dsn(), replica_dsn=pair[1].dsn()))
    await database.start()
    yield database
    await database.stop()
    await admin[1].execute("SELECT pg_wal_replay_resume()")


async def caught_up(primary: Any, replica: Any) -> bool:
    written = await primary.fetchval("SELECT pg_current_wal_lsn()::text")
    return await replica.fetchval("SELECT pg_last_wal_replay_lsn() >= $1::text::pg_lsn", written)


async def test_a_read_may_lag_unless_it_carries_a_token(db: Database) -> None:
    """Without a token the replica answers what it has; with the token of a write the write is seen."""
    consistency = Consistency("profile", db, TOKENS)
    await db.execute(WRITE, name="a", value=1)
    token = await consistency.issue()

    stale = await db.replica.fetch_value(READ, name="a")
    with consistency.honour(token):
        seen = await db.replica.fetch_value(READ, name="a")
    after = await db.replica.fetch_value(READ, name="a")

    assert (None, 1, None) == (stale, seen, after)


async def test_a_replica_that_comes_up_in_time_answers(db: Database, admin: tuple[Any, Any]) -> None:
    """A short lag is waited for, and the read stays on the replica."""
    consistency = Consistency("profile", db, TOKENS)
    await db.execute(WRITE, name="b", value=2)
    token = await consistency.issue()
    await admin[1].execute("SELECT pg_wal_replay_resume()")
    await wait_for(lambda: caught_up(*admin))

    with consistency.honour(token):
        assert (2, True) == (await db.replica.fetch_value(READ, name="b"), await db.replica.fetch_value(IN_RECOVERY))


async def test_of_several_tokens_all_are_honoured(db: Database, admin: tuple[Any, Any]) -> None:
    """In whichever order they stand: the replica has reached the one write and not the other."""
    consistency = Consistency("profile", db, TOKENS)
    early = await consistency.issue()
    await db.execute(WRITE, name="later", value=4)
    late = await consistency.issue()

    for token in (f"{late},{early}", f"{early},feed.x,{late}", f"{early},profile."):
        with consistency.honour(token):
            assert 4 == await db.replica.fetch_value(READ, name="later")


@pytest.mark.parametrize("change", [lambda token: token[:-3] + "AAA", lambda _: "profile.", lambda t: f"feed.x, {t}"])
async def test_tokens_of_ours_that_say_nothing_ask_the_primary(db: Database, change: Any) -> None:
    """What was changed or sealed by another secret is never answered stale; among several tokens ours is found."""
    consistency = Consistency("profile", db, TOKENS)
    name = f"c{change('profile.1234567')}"
    await db.execute(WRITE, name=name, value=3)
    token = change(await consistency.issue())

    with consistency.honour(token):
        assert 3 == await db.replica.fetch_value(READ, name=name)


async def test_tokens_of_others_demand_nothing_here(db: Database) -> None:
    """A token of another service's database, and none at all, leave reads as they are."""
    consistency, other = Consistency("profile", db, TOKENS), Consistency("feed", db, TOKENS)
    await db.execute(WRITE, name="d", value=4)

    for token in ("", await other.issue()):
        with consistency.honour(token):
            assert await db.replica.fetch_value(READ, name="d") is None


async def test_without_its_replica_a_service_reads_from_the_primary(
    pair: tuple[PostgresServer, PostgresServer], admin: tuple[Any, Any]
) -> None:
    """A replica that is away at the start, or goes away, costs no read."""
    dead = Database(DatabaseSettings(dsn=pair[0].dsn(), replica_dsn="postgresql://postgres@127.0.0.1:9/postgres"))
    await dead.start()
    await admin[0].execute("INSERT INTO notes VALUES ('e', 5)")
    read = [await dead.replica.fetch_value(READ, name="e") for _ in range(2)]
    await dead.stop()

    leaving = Database(DatabaseSettings(dsn=pair[0].dsn(), replica_dsn=pair[1].dsn()))
    await leaving.start()
    await wait_for(lambda: leaving.replica.fetch_value(READ, name="e"))
    await asyncio.to_thread(pair[1].kill)
    read.append(await leaving.replica.fetch_value(READ, name="e"))
    await leaving.stop()

    assert [5, 5, 5] == read
