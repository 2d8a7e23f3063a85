"""Transactions: all or nothing, again after a conflict, events with the commit."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from google.protobuf.message import Message
from sqlalchemy import Column, Float, Integer, MetaData, Table, Text, bindparam, func, insert, select, text, update

from guild.events.v1.envelope_pb2 import Envelope
from guild.events.v1.jobs_pb2 import CompanyFollowed
from mesh.data import (
    CommitOutcomeUnknown,
    Database,
    DatabaseUnavailable,
    IdempotencyStore,
    Record,
    Transaction,
    TransactionConflict,
    inbox_once,
    statement,
)
from mesh.data.outbox import bucket_of
from mesh.data.retry import ATTEMPTS
from mesh.data.tables import outbox
from mesh.errors import NotFound, Unavailable
from mesh.principal import Principal, acting_as
from mesh.testing import wait_for

METADATA = MetaData()
NOTES = Table("notes", METADATA, Column("key", Text, primary_key=True), Column("value", Integer, nullable=False))
PUT = statement(insert(NOTES).values(key=bindparam("key"), value=bindparam("value")))
ADD = statement(update(NOTES).where(NOTES.c.key == bindparam("which")).values(value=NOTES.c.value + bindparam("more")))
GET = statement(select(NOTES.c.value).where(NOTES.c.key == bindparam("key")))
EVENTS = statement(
    select(outbox).where(outbox.c.subject.endswith(bindparam("suffix", type_=Text))).order_by(outbox.c.id)
)
RAISE = statement(select(func.raise_error(bindparam("sqlstate", type_=Text))))
BACKEND = statement(select(func.pg_backend_pid()))
KILL = statement(select(func.pg_terminate_backend(bindparam("pid", type_=Integer))))
WAITING = statement(
    text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid AND wait_event = 'PgSleep'").bindparams(
        bindparam("pid", type_=Integer)
    )
)
FUNCTIONS = (
    """CREATE FUNCTION raise_error(code TEXT) RETURNS INTEGER LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'made to fail' USING ERRCODE = code; END $$""",
    """CREATE FUNCTION slow() RETURNS TRIGGER LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_sleep(NEW.seconds); RETURN NULL; END $$""",
    "CREATE TABLE slow_commit (seconds FLOAT)",
    """CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON slow_commit
       DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()""",
    """CREATE FUNCTION lose() RETURNS TRIGGER LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'made to lose' USING ERRCODE = '40001'; END $$""",
    "CREATE TABLE lose_at_commit (id INTEGER)",
    """CREATE CONSTRAINT TRIGGER lose_at_commit AFTER INSERT ON lose_at_commit
       DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lose()""",
)
SLOW_COMMIT = statement(text("INSERT INTO slow_commit VALUES (:seconds)").bindparams(bindparam("seconds", type_=Float)))
LOSE_AT_COMMIT = statement(text("INSERT INTO lose_at_commit VALUES (1)"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def db(open_database: Any) -> Database:
    return await open_database(METADATA, *FUNCTIONS)


@pytest.fixture
def key() -> str:
    return uuid4().hex


async def events_of(db: Database, key: str) -> Sequence[Record]:
    return await db.fetch(EVENTS, suffix=f".{key}")


async def test_leaving_commits(db: Database, key: str) -> None:
    """What work wrote is there once transact has returned, with what work returned."""

    async def work(tx: Transaction) -> str:
        await tx.execute(PUT, key=key, value=1)
        return "done"

    assert "done" == await db.transact(work)
    assert 1 == await db.fetch_value(GET, key=key)


async def test_an_error_rolls_everything_back(db: Database, key: str) -> None:
    """A refused transaction leaves no row, no event, no callback."""
    called: list[str] = []

    async def callback() -> None:
        called.append("back")

    async def work(tx: Transaction) -> None:
        await tx.execute(PUT, key=key, value=1)
        tx.emit(CompanyFollowed(company_id=key))
        tx.on_commit(callback)
        raise NotFound("no")

    with pytest.raises(NotFound):
        await db.transact(work)

    assert await db.fetch_value(GET, key=key) is None
    assert [] == await events_of(db, key)
    assert [] == called


async def test_events_are_written_with_the_commit(db: Database, key: str) -> None:
    """Each event is an envelope in the outbox, in order, addressed by its route and key."""
    actor = uuid4()
    db.outbox_ready.clear()

    async def work(tx: Transaction) -> None:
        await tx.execute(PUT, key=key, value=1)
        for name in ("a", "b", "c"):
            tx.emit(CompanyFollowed(company_id=key, user_id=name))

    with acting_as(Principal(user_id=actor)):
        await db.transact(work)

    rows = await events_of(db, key)
    envelopes = [Envelope.FromString(row["envelope"]) for row in rows]
    assert db.outbox_ready.is_set()
    assert ["a", "b", "c"] == [CompanyFollowed.FromString(one.payload).user_id for one in envelopes]
    assert [f"guild.jobs.company_followed.{key}"] * 3 == [row["subject"] for row in rows]
    assert [str(row["event_id"]) for row in rows] == [one.event_id for one in envelopes]
    assert {bucket_of(key)} == {row["bucket"] for row in rows}
    first = envelopes[0]
    assert ("guild.events.v1.CompanyFollowed", str(actor), key, 1) == (
        first.type,
        first.actor_id,
        first.key,
        first.schema_version,
    )
    assert first.occurred_at.seconds > 0


async def test_a_deadlock_is_tried_again(db: Database, key: str) -> None:
    """Two transactions that lock each other out both end well."""
    for name in ("x", "y"):
        await db.execute(PUT, key=key + name, value=0)
    both_hold_one = asyncio.Barrier(2)

    def locking(first: str, second: str) -> Any:
        attempts = 0

        async def work(tx: Transaction) -> int:
            nonlocal attempts
            attempts += 1
            await tx.execute(ADD, which=key + first, more=1)
            if attempts == 1:
                await both_hold_one.wait()
            await tx.execute(ADD, which=key + second, more=1)
            return attempts

        return work

    attempts = await asyncio.gather(db.transact(locking("x", "y")), db.transact(locking("y", "x")))

    assert [1, 2] == sorted(attempts)
    assert [2, 2] == [await db.fetch_value(GET, key=key + name) for name in ("x", "y")]


async def test_a_serialization_failure_runs_the_work_again(db: Database, key: str) -> None:
    """Work that lost against a concurrent transaction starts from the beginning and leaves its traces once."""
    attempts = 0

    async def work(tx: Transaction) -> None:
        nonlocal attempts
        attempts += 1
        await tx.execute(PUT, key=key, value=attempts)
        tx.emit(CompanyFollowed(company_id=key))
        if attempts < 3:
            await tx.fetch_value(RAISE, sqlstate="40001")

    await db.transact(work)

    assert 3 == await db.fetch_value(GET, key=key)
    assert 1 == len(await events_of(db, key))


async def test_conflicts_end_some_time(db: Database) -> None:
    """Work that loses every time is refused as TRANSACTION_CONFLICT."""

    async def work(tx: Transaction) -> None:
        await tx.fetch_value(RAISE, sqlstate="40P01")

    with pytest.raises(TransactionConflict):
        await db.transact(work)


async def test_a_conflict_at_the_commit_counts_too(db: Database, key: str) -> None:
    """Work that loses only when it commits runs again as well, and leaves nothing when it never wins."""
    runs = 0

    async def work(tx: Transaction) -> None:
        nonlocal runs
        runs += 1
        await tx.execute(PUT, key=key, value=1)
        await tx.execute(LOSE_AT_COMMIT)

    with pytest.raises(TransactionConflict):
        await db.transact(work)
    with pytest.raises(TransactionConflict):
        await IdempotencyStore(db).run("caller", "/method", key, b"", lambda: answering(db, work))

    assert ATTEMPTS * 2 == runs
    assert await db.fetch_value(GET, key=key) is None


async def answering(db: Database, work: Callable[[Transaction], Awaitable[None]]) -> Message:
    await db.transact(work)
    return CompanyFollowed()


async def test_a_single_statement_is_tried_again_too(db: Database) -> None:
    """Outside of a transaction a conflict is retried as well, and ends as TRANSACTION_CONFLICT."""
    with pytest.raises(TransactionConflict):
        await db.fetch_value(RAISE, sqlstate="40001")


async def test_a_swallowed_error_does_not_pass_for_a_commit(db: Database, key: str) -> None:
    """Work that goes on after a failed statement is told that nothing was committed."""

    async def work(tx: Transaction) -> None:
        await tx.execute(PUT, key=key, value=1)
        with pytest.raises(asyncpg.UniqueViolationError):
            await tx.execute(PUT, key=key, value=2)

    with pytest.raises(RuntimeError, match="nothing of it was committed"):
        await db.transact(work)

    assert await db.fetch_value(GET, key=key) is None


async def test_a_savepoint_survives_an_error(db: Database, key: str) -> None:
    """A statement that may fail stands in a savepoint; its events go with it, what was before it stays."""

    async def optional(tx: Transaction) -> None:
        async with tx.savepoint():
            tx.emit(CompanyFollowed(company_id=key, user_id="dropped"))
            await tx.execute(PUT, key=key, value=2)

    async def work(tx: Transaction) -> None:
        await tx.execute(PUT, key=key, value=1)
        tx.emit(CompanyFollowed(company_id=key, user_id="kept"))
        with pytest.raises(asyncpg.UniqueViolationError):
            await optional(tx)
        await tx.execute(ADD, which=key, more=10)

    await db.transact(work)

    assert 11 == await db.fetch_value(GET, key=key)
    assert 1 == len(await events_of(db, key))


async def test_savepoints_nest(db: Database, key: str) -> None:
    """An error of the outer savepoint undoes what an inner one had kept, also after an inner error."""

    async def inner(tx: Transaction) -> None:
        async with tx.savepoint():
            await tx.execute(ADD, which=key, more=100)
            raise NotFound("inner")

    async def outer(tx: Transaction) -> None:
        async with tx.savepoint():
            await tx.execute(ADD, which=key, more=10)
            with pytest.raises(NotFound):
                await inner(tx)
            raise NotFound("outer")

    async def work(tx: Transaction) -> None:
        await tx.execute(PUT, key=key, value=1)
        with pytest.raises(NotFound):
            await outer(tx)

    await db.transact(work)

    assert 1 == await db.fetch_value(GET, key=key)


async def test_last_steps_come_right_before_the_commit(db: Database, key: str) -> None:
    """A last step writes and sees the whole transaction, as nobody else does; an undone savepoint drops its own."""
    seen: list[tuple[int, int | None]] = []

    async def look(tx: Transaction) -> None:
        await tx.execute(ADD, which=key, more=1)
        seen.append((await tx.fetch_value(GET, key=key), await db.fetch_value(GET, key=key)))

    async def undone(tx: Transaction) -> None:
        tx.before_commit(look)
        raise ValueError("changed my mind")

    async def work(tx: Transaction) -> None:
        tx.before_commit(look)
        with contextlib.suppress(ValueError):
            async with tx.savepoint():
                await undone(tx)
        await tx.execute(PUT, key=key, value=5)

    await db.transact(work)

    assert ([(6, None)], 6) == (seen, await db.fetch_value(GET, key=key))


async def test_a_last_step_that_fails_rolls_back(db: Database, key: str) -> None:
    """Nothing is committed and nothing called back when what has to come before the commit cannot be done."""
    called: list[str] = []

    async def refuse(_: Transaction) -> None:
        raise Unavailable("not now")

    async def note() -> None:
        called.append("called")

    async def work(tx: Transaction) -> None:
        tx.before_commit(refuse)
        tx.on_commit(note)
        await tx.execute(PUT, key=key, value=5)

    with pytest.raises(Unavailable, match="not now"):
        await db.transact(work)

    assert ([], None) == (called, await db.fetch_value(GET, key=key))


async def test_callbacks_come_after_the_commit(db: Database, key: str) -> None:
    """A callback sees what was committed; one that fails undoes nothing and stops no other."""
    seen: list[int] = []

    async def fail() -> None:
        raise ValueError("the cache is gone")

    async def look() -> None:
        seen.append(await db.fetch_value(GET, key=key))

    async def work(tx: Transaction) -> None:
        tx.on_commit(fail)
        tx.on_commit(look)
        await tx.execute(PUT, key=key, value=5)

    await db.transact(work)

    assert [5] == seen


async def test_what_does_not_follow_a_commit_is_told(db: Database, key: str) -> None:
    """A Failure of a callback reaches the caller after all callbacks ran; the commit stands."""
    seen: list[str] = []

    async def refuse() -> None:
        raise Unavailable("nobody could be told")

    async def note() -> None:
        seen.append("noted")

    async def work(tx: Transaction) -> None:
        tx.on_commit(refuse)
        tx.on_commit(note)
        await tx.execute(PUT, key=key, value=5)

    with pytest.raises(Unavailable, match="nobody could be told"):
        await db.transact(work)

    assert (["noted"], 5) == (seen, await db.fetch_value(GET, key=key))


async def test_a_cancelled_caller_leaves_nothing(db: Database, key: str) -> None:
    """Who is cancelled inside the work leaves no row and no lock behind, and the connection is good again."""
    written = asyncio.Event()

    async def work(tx: Transaction) -> None:
        await tx.execute(PUT, key=key, value=1)
        written.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(db.transact(work))
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert 1 == await db.execute(PUT, key=key, value=2)


@pytest.mark.parametrize("keyed", [False, True])
async def test_a_caller_who_leaves_during_the_commit(db: Database, key: str, keyed: bool) -> None:
    """A commit that has begun goes on without its caller, callbacks included."""
    backend: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    called = asyncio.Event()

    async def callback() -> None:
        called.set()

    async def work(tx: Transaction) -> None:
        tx.on_commit(callback)
        await tx.execute(PUT, key=key, value=1)
        await tx.execute(SLOW_COMMIT, seconds=0.2)
        backend.set_result(await tx.fetch_value(BACKEND))

    store = IdempotencyStore(db)
    call = store.run("caller", "/method", key, b"", lambda: answering(db, work)) if keyed else db.transact(work)
    task = asyncio.ensure_future(call)
    pid = await backend
    await wait_for(lambda: db.fetch_value(WAITING, pid=pid))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await asyncio.wait_for(called.wait(), 5)
    assert 1 == await db.fetch_value(GET, key=key)


async def test_a_lost_connection_is_unavailable(db: Database, key: str) -> None:
    """Work whose connection breaks is refused as DATABASE_UNAVAILABLE, to be retried in a second."""

    async def work(tx: Transaction) -> None:
        await tx.execute(PUT, key=key, value=1)
        await db.fetch_value(KILL, pid=await tx.fetch_value(BACKEND))
        await tx.execute(ADD, which=key, more=1)

    with pytest.raises(DatabaseUnavailable) as refused:
        await db.transact(work)

    assert 1.0 == refused.value.retry_after
    assert await db.fetch_value(GET, key=key) is None


async def test_a_connection_lost_in_the_commit(db: Database) -> None:
    """When the connection breaks during COMMIT the caller is told that nobody knows."""
    backend: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def work(tx: Transaction) -> None:
        await tx.execute(SLOW_COMMIT, seconds=30.0)
        backend.set_result(await tx.fetch_value(BACKEND))

    task = asyncio.create_task(db.transact(work))
    pid = await backend
    await wait_for(lambda: db.fetch_value(WAITING, pid=pid))
    await db.fetch_value(KILL, pid=pid)

    with pytest.raises(CommitOutcomeUnknown):
        await task


async def test_an_event_is_handled_once(db: Database) -> None:
    """The first transaction of a consumer handles an event; further deliveries and rolled back ones do not count."""
    event = uuid4()

    async def fails(tx: Transaction) -> None:
        assert await inbox_once(tx, "feed", event)
        raise NotFound("try again")

    with pytest.raises(NotFound):
        await db.transact(fails)

    assert [True, False] == [await db.transact(lambda tx: inbox_once(tx, "feed", event)) for _ in range(2)]
    assert await db.transact(lambda tx: inbox_once(tx, "search", event))
