"""The database survives a restart of PostgreSQL."""

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import Uuid, bindparam, func, select, text

from mesh.data import CommitOutcomeUnknown, Database, DatabaseUnavailable, Transaction, statement
from mesh.embedded import PostgresServer
from mesh.settings import DatabaseSettings
from mesh.testing import wait_for

RECOVERY_SECONDS = 5.0
CREATE = statement(text("CREATE TABLE IF NOT EXISTS kept (id UUID PRIMARY KEY)"))
PUT = statement(text("INSERT INTO kept VALUES (:id)").bindparams(bindparam("id", type_=Uuid)))
GET = statement(text("SELECT id FROM kept"))
BACKEND = statement(select(func.pg_backend_pid()))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PostgresServer]:
    server = PostgresServer(tmp_path_factory.mktemp("postgres") / "data")
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


@pytest_asyncio.fixture
async def db(server: PostgresServer) -> AsyncIterator[Database]:
    database = Database(DatabaseSettings(dsn=server.dsn(), pool_min=2, pool_max=5))
    await database.start()
    await database.execute(CREATE)
    yield database
    await database.stop()


async def restart(server: PostgresServer) -> None:
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)


async def test_it_reconnects_after_a_restart(server: PostgresServer, db: Database) -> None:
    """After PostgreSQL came back the same process works again within five seconds."""
    await asyncio.gather(*(db.fetch_value(BACKEND) for _ in range(5)))
    await restart(server)
    deadline = time.monotonic() + RECOVERY_SECONDS

    while True:
        try:
            pids = await asyncio.gather(*(db.fetch_value(BACKEND) for _ in range(5)))
            break
        except DatabaseUnavailable:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.02)

    assert all(pids)


async def test_a_role_may_start_before_its_database(server: PostgresServer) -> None:
    """A process that starts beside PostgreSQL waits until it is there."""
    await asyncio.to_thread(server.stop)
    database = Database(DatabaseSettings(dsn=server.dsn()))
    starting = asyncio.create_task(database.start())
    await asyncio.to_thread(server.start)

    await starting

    assert await database.fetch_value(BACKEND)
    await database.stop()


async def test_while_it_is_down_callers_are_told_at_once(server: PostgresServer, db: Database) -> None:
    """Without PostgreSQL statements and transactions are DATABASE_UNAVAILABLE within a second, each time."""
    await asyncio.to_thread(server.stop)
    started = time.monotonic()

    for _ in range(10):
        with pytest.raises(DatabaseUnavailable):
            await db.fetch_value(BACKEND)
        with pytest.raises(DatabaseUnavailable):
            await db.transact(lambda tx: tx.fetch_value(BACKEND))

    took = time.monotonic() - started
    await asyncio.to_thread(server.start)
    assert took < 10
    assert await _answers(db)


async def test_nothing_acknowledged_is_lost_in_a_restart(server: PostgresServer, db: Database) -> None:
    """Writers that go on through a restart find every row they were promised, and no other but the unknown ones."""
    promised, unknown, done = set(), set(), asyncio.Event()

    async def writer() -> None:
        while not done.is_set():
            identifier = uuid4()

            async def work(tx: Transaction, identifier=identifier) -> None:  # noqa: ANN001
                await tx.execute(PUT, id=identifier)

            try:
                await db.transact(work)
                promised.add(identifier)
            except CommitOutcomeUnknown:
                unknown.add(identifier)
            except DatabaseUnavailable:
                await asyncio.sleep(0.02)

    writers = [asyncio.create_task(writer()) for _ in range(5)]
    await wait_for(lambda: len(promised) >= 50)
    await restart(server)
    before = len(promised)
    await wait_for(lambda: len(promised) >= before + 50, RECOVERY_SECONDS)
    done.set()
    await asyncio.gather(*writers)

    kept = {row["id"] for row in await db.fetch(GET)}
    assert promised <= kept <= promised | unknown


async def _answers(db: Database) -> bool:
    deadline = time.monotonic() + RECOVERY_SECONDS
    while time.monotonic() < deadline:
        try:
            return bool(await db.fetch_value(BACKEND))
        except DatabaseUnavailable:
            await asyncio.sleep(0.02)
    return False
