"""The pool: bounded, shared fairly, clean after interruptions."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from typing import TypeVar

import pytest
import pytest_asyncio
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import ARRAY, Float, Integer, bindparam, func, select, text

from mesh import deadlines
from mesh.data import Database, DatabaseUnavailable, Lookup, StatementTimeout, Transaction, constant, statement
from mesh.data import connection as connection_module
from mesh.data import line as line_module
from mesh.data import pool as pool_module
from mesh.limits.door import Overloaded
from mesh.settings import DatabaseSettings
from mesh.testing import wait_for

SLEEP = statement(select(func.pg_sleep(bindparam("seconds", type_=Float))))
SESSIONS = statement(text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"))
BACKEND = statement(select(func.pg_backend_pid()))
T = TypeVar("T")
NUMBERS = statement(select(func.unnest(bindparam("numbers", type_=ARRAY(Integer)))))
KILL = statement(select(func.pg_terminate_backend(bindparam("pid", type_=Integer))))
LIMIT = statement(select(func.set_config(constant("statement_timeout"), constant("50"), constant(True))))


@pytest_asyncio.fixture
async def db(database_settings: DatabaseSettings) -> AsyncIterator[Database]:
    settings = DatabaseSettings(dsn=database_settings.dsn, pool_min=1, pool_max=2)
    database = Database(settings)
    await database.start()
    yield database
    await database.stop()


async def test_connections_are_bounded_and_reused(db: Database) -> None:
    """Many statements at once share pool_max connections."""
    backends = await asyncio.gather(*(db.fetch_value(BACKEND) for _ in range(50)))

    assert len(set(backends)) <= 2


async def test_a_busy_pool_refuses_in_time(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits too long for a connection is told that the database is busy; the place in line is given up."""
    monkeypatch.setattr(line_module, "WAIT_SECONDS", 0.05)
    release = asyncio.Event()
    holders = [asyncio.create_task(db.transact(lambda _: release.wait())) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(DatabaseUnavailable, match="busy"):
        await db.fetch_value(BACKEND)

    release.set()
    await asyncio.gather(*holders)
    assert await db.fetch_value(BACKEND)


async def test_waiting_ends_with_the_callers_deadline(db: Database) -> None:
    """A caller whose time runs out while it waits leaves the line, and the others get their turn."""
    release = asyncio.Event()
    holders = [asyncio.create_task(db.transact(lambda _: release.wait())) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await db.fetch_value(BACKEND)

    patient = [asyncio.create_task(db.fetch_value(BACKEND)) for _ in range(4)]
    release.set()
    await asyncio.gather(*holders)
    assert all(await asyncio.gather(*patient))


async def test_a_wait_that_would_be_too_long_is_not_begun(database_settings: DatabaseSettings) -> None:
    """With one connection, held for a tenth of a second by each, a call that has less time is refused at once."""
    db = Database(DatabaseSettings(dsn=database_settings.dsn, pool_min=1, pool_max=1))
    await db.start()
    for _ in range(15):
        await db.fetch_value(SLEEP, seconds=0.1)
    begun = asyncio.Event()

    async def work(tx: Transaction) -> None:
        begun.set()
        await tx.fetch_value(SLEEP, seconds=0.2)

    holder = asyncio.create_task(db.transact(work))
    await begun.wait()
    with pytest.raises(Overloaded):
        await until(0.1, db.fetch_value(BACKEND))
    patient = await until(30.0, db.fetch_value(BACKEND))

    assert patient
    assert holder.done()
    await db.stop()


async def test_what_several_wait_for_has_the_latest_of_their_deadlines(database_settings: DatabaseSettings) -> None:
    """A look-up that calls share waits for a connection as long as one of them does, and no longer."""
    db = Database(DatabaseSettings(dsn=database_settings.dsn, pool_min=1, pool_max=1))
    await db.start()
    lookup: Lookup[int] = Lookup(db, NUMBERS)
    release = asyncio.Event()
    holder = asyncio.create_task(db.transact(lambda _: release.wait()))
    await asyncio.sleep(0)

    with pytest.raises(StatementTimeout):
        await until(0.05, lookup(1))
    first, last = (asyncio.create_task(until(seconds, lookup(number))) for number, seconds in ((1, 0.05), (2, 30.0)))
    with pytest.raises(StatementTimeout):
        await until(0.1, db.fetch_value(BACKEND))
    release.set()

    assert [(1,), (2,)] == [tuple(row or ()) for row in await asyncio.gather(first, last)]
    await holder
    await db.stop()


async def until(seconds: float, work: Awaitable[T]) -> T:
    """Do it for a call that has so much time, which nobody but the pool looks at."""

    async def run() -> T:
        deadlines.work_for(deadlines.Together(time.monotonic() + seconds))
        return await work

    return await asyncio.create_task(run())


async def test_an_interrupted_statement_is_cancelled_on_the_server(db: Database) -> None:
    """Callers that leave in mid-statement do not use up the pool: PostgreSQL stops, the connections come back."""
    for _ in range(5):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await db.fetch_value(SLEEP, seconds=30.0)

    async with asyncio.timeout(5):
        backends = await asyncio.gather(*(db.fetch_value(BACKEND) for _ in range(10)))
    assert len(set(backends)) <= 2


async def test_a_statement_has_an_end(db: Database) -> None:
    """A statement that PostgreSQL cancels because of its time is a missed deadline."""

    async def work(tx: Transaction) -> None:
        await tx.fetch_value(LIMIT)
        await tx.fetch_value(SLEEP, seconds=30.0)

    with pytest.raises(StatementTimeout):
        await db.transact(work)


async def test_a_connection_closed_by_the_server_is_replaced(db: Database, database_settings: DatabaseSettings) -> None:
    """After the server closed idle connections the next statement gets a new one."""
    before = await db.fetch_value(BACKEND)
    other = Database(database_settings)
    await other.start()
    await other.execute(KILL, pid=before)
    await other.stop()

    async def answered() -> int:
        try:
            return await db.fetch_value(BACKEND)
        except DatabaseUnavailable:
            return 0

    assert before != (await answered() or await answered())


async def test_a_turn_that_nobody_takes_is_passed_on(db: Database) -> None:
    """A caller that is cancelled in the moment its turn comes does not keep the connection."""
    for _ in range(3):
        release = asyncio.Event()
        holders = [asyncio.create_task(db.transact(lambda _, release=release: release.wait())) for _ in range(2)]
        await asyncio.sleep(0)
        waiting = [asyncio.create_task(db.fetch_value(BACKEND)) for _ in range(2)]
        await asyncio.sleep(0)
        release.set()
        await asyncio.gather(*holders)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    assert all(await asyncio.gather(*(db.fetch_value(BACKEND) for _ in range(4))))


async def test_idle_connections_are_closed(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a burst the pool goes back to pool_min."""
    monkeypatch.setattr(pool_module, "_REAP_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(pool_module, "_IDLE_SECONDS", 0.0)
    await db.stop()
    await db.start()
    await asyncio.gather(*(db.fetch_value(BACKEND) for _ in range(10)))

    assert await wait_for(lambda: only_one(db))


async def only_one(db: Database) -> bool:
    return 1 == await db.fetch_value(SESSIONS)


async def test_statements_are_spans_of_a_sampled_trace(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a trace that is recorded each statement is a span with its text and no values; otherwise there is none."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    monkeypatch.setattr(connection_module, "_tracer", tracer)

    await db.fetch_value(SLEEP, seconds=0.0)
    with tracer.start_as_current_span("call"):
        await db.fetch_value(SLEEP, seconds=0.0)

    statement_span, call = exporter.get_finished_spans()
    assert ("SELECT", "call") == (statement_span.name, call.name)
    assert {"db.system.name": "postgresql", "db.query.text": SLEEP.sql} == dict(statement_span.attributes or {})


async def test_nobody_there() -> None:
    """A database that does not listen is DATABASE_UNAVAILABLE at once, to be retried in a second."""
    database = Database(DatabaseSettings(dsn="postgresql://postgres@127.0.0.1:1/nothing"))

    with pytest.raises(DatabaseUnavailable) as refused:
        await database.check()

    assert 1.0 == refused.value.retry_after


async def test_stopping_waits_for_work_under_way(database_settings: DatabaseSettings) -> None:
    """A transaction that is open when the database stops may finish; new work is refused."""
    database = Database(database_settings)
    await database.start()
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def work(tx: Transaction) -> int:
        inside.set()
        await go_on.wait()
        return await tx.fetch_value(BACKEND)

    task = asyncio.create_task(database.transact(work))
    await inside.wait()
    stopping = asyncio.create_task(database.stop())
    await asyncio.sleep(0)
    with pytest.raises(DatabaseUnavailable, match="stopping"):
        await database.fetch_value(BACKEND)
    go_on.set()

    assert await task
    await stopping


async def test_a_replica_takes_reads(database_settings: DatabaseSettings) -> None:
    """Reads on `.replica` go to the replica's DSN where there is one, to the primary otherwise."""
    alone = Database(database_settings)
    assert alone.replica is alone
    both = Database(DatabaseSettings(dsn=database_settings.dsn, replica_dsn=database_settings.dsn))
    await both.start()

    assert await both.replica.fetch_value(BACKEND) != await both.fetch_value(BACKEND)

    await both.stop()
