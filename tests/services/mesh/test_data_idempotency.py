"""Keyed calls take effect once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from google.protobuf.message import Message
from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, func, insert, select, update

from guild.common.v1.money_pb2 import Money
from guild.events.v1.jobs_pb2 import CompanyFollowed
from mesh.data import Database, IdempotencyKeyReused, IdempotencyStore, Transaction, TransactionConflict, statement
from mesh.data.tables import idempotency_keys, outbox
from mesh.errors import AlreadyExists, NotFound

METADATA = MetaData()
NOTES = Table("notes", METADATA, Column("key", Text, primary_key=True), Column("value", Integer, nullable=False))
PUT = statement(insert(NOTES).values(key=bindparam("key"), value=bindparam("value")))
ADD = statement(update(NOTES).where(NOTES.c.key == bindparam("which")).values(value=NOTES.c.value + bindparam("more")))
GET = statement(select(NOTES.c.value).where(NOTES.c.key == bindparam("key")))
KEYS = statement(select(func.count()).select_from(idempotency_keys).where(idempotency_keys.c.key == bindparam("key")))
EVENTS = statement(
    select(func.count()).select_from(outbox).where(outbox.c.subject.endswith(bindparam("suffix", type_=Text)))
)
RAISE = statement(select(func.raise_error(bindparam("sqlstate", type_=Text))))
RAISE_ERROR = """CREATE FUNCTION raise_error(code TEXT) RETURNS INTEGER LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'made to fail' USING ERRCODE = code; END $$"""
HASH = b"request"

Handler = Callable[[], Awaitable[Message]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def db(open_database: Any) -> Database:
    return await open_database(METADATA, RAISE_ERROR)


@pytest.fixture
def store(db: Database) -> IdempotencyStore:
    return IdempotencyStore(db)


@pytest.fixture
def key() -> str:
    return uuid4().hex


def reply(number: int) -> Money:
    return Money(currency_code="EUR", minor_units=number)


async def call(store: IdempotencyStore, key: str, handler: Handler, request_hash: bytes = HASH) -> Money:
    stored, fresh = await store.run("caller", "/method", key, request_hash, handler)
    return fresh if stored is None else Money.FromString(stored)


def putting(db: Database, key: str, value: int) -> Handler:
    async def handler() -> Message:
        async def work(tx: Transaction) -> None:
            await tx.execute(PUT, key=key, value=value)
            tx.emit(CompanyFollowed(company_id=key))

        await db.transact(work)
        return reply(value)

    return handler


async def test_a_repeat_gets_the_first_reply(db: Database, store: IdempotencyStore, key: str) -> None:
    """A second request with the same key gets the first answer, and nothing is written again."""
    first = await call(store, key, putting(db, key, 1))

    second = await call(store, key, putting(db, key, 2))

    assert reply(1) == first == second
    assert 1 == await db.fetch_value(GET, key=key)
    assert 1 == await db.fetch_value(EVENTS, suffix=f".{key}")


async def test_keys_belong_to_a_caller_and_a_method(db: Database, store: IdempotencyStore, key: str) -> None:
    """The same key of another caller, or on another method, is another key."""
    replies: list[tuple[bytes | None, Message | None]] = [
        await store.run(caller, method, key, HASH, putting(db, f"{key}{n}", n))
        for n, (caller, method) in enumerate([("a", "/m"), ("b", "/m"), ("a", "/n")])
    ]

    assert [(None, reply(0)), (None, reply(1)), (None, reply(2))] == replies


async def test_another_request_under_the_same_key(db: Database, store: IdempotencyStore, key: str) -> None:
    """A key that was used for another request is refused."""
    await call(store, key, putting(db, key, 1))

    with pytest.raises(IdempotencyKeyReused):
        await call(store, key, putting(db, key + "x", 2), b"another")

    assert await db.fetch_value(GET, key=key + "x") is None


async def test_concurrent_repeats_wait_for_the_first(db: Database, store: IdempotencyStore, key: str) -> None:
    """Of many calls at once one does the work, the others wait and get its reply."""
    ran = 0

    async def handler() -> Message:
        nonlocal ran
        number = ran = ran + 1

        async def work(tx: Transaction) -> None:
            await tx.execute(PUT, key=key, value=number)
            await asyncio.sleep(0.05)

        await db.transact(work)
        return reply(number)

    replies = await asyncio.gather(*(call(store, key, handler) for _ in range(5)))

    written = await db.fetch_value(GET, key=key)
    assert [reply(written)] * 5 == replies
    assert 1 == await db.fetch_value(KEYS, key=key)


async def test_a_concurrent_repeat_goes_on_when_the_first_fails(
    db: Database, store: IdempotencyStore, key: str
) -> None:
    """A repeat that waited for a call which was rolled back does the work itself."""
    claimed, go_on = asyncio.Event(), asyncio.Event()

    async def fails() -> Message:
        async def work(tx: Transaction) -> None:
            await tx.execute(PUT, key=key, value=1)
            claimed.set()
            await go_on.wait()
            raise NotFound("gone meanwhile")

        await db.transact(work)
        return reply(1)

    first = asyncio.create_task(call(store, key, fails))
    await claimed.wait()
    second = asyncio.create_task(call(store, key, putting(db, key, 2)))
    await asyncio.sleep(0)
    go_on.set()

    with pytest.raises(NotFound):
        await first
    assert reply(2) == await second
    assert 2 == await db.fetch_value(GET, key=key)


async def test_a_failure_rolls_everything_back(db: Database, store: IdempotencyStore, key: str) -> None:
    """An error after a transaction of the handler undoes that transaction and frees the key."""

    async def handler() -> Message:
        await putting(db, key, 1)()
        raise NotFound("too late")

    with pytest.raises(NotFound):
        await call(store, key, handler)

    assert await db.fetch_value(GET, key=key) is None
    assert 0 == await db.fetch_value(KEYS, key=key)
    assert reply(2) == await call(store, key, putting(db, key, 2))


async def test_transactions_of_a_handler_are_one(db: Database, store: IdempotencyStore, key: str) -> None:
    """A handler's transactions join; its reads see what it wrote; others see it when the handler has returned."""
    seen: list[int | None] = []
    look, looked = asyncio.Event(), asyncio.Event()

    async def observe() -> None:
        await look.wait()
        seen.append(await db.fetch_value(GET, key=key))
        looked.set()

    async def handler() -> Message:
        await db.transact(lambda tx: tx.execute(PUT, key=key, value=1))
        await db.transact(lambda tx: tx.execute(ADD, which=key, more=10))
        look.set()
        await looked.wait()
        return reply(await db.fetch_value(GET, key=key))

    observer = asyncio.create_task(observe())
    answer = await call(store, key, handler)
    await observer

    assert reply(11) == answer
    assert [None] == seen
    assert 11 == await db.fetch_value(GET, key=key)


async def test_a_handler_may_survive_a_failed_transaction(db: Database, store: IdempotencyStore, key: str) -> None:
    """Also where transactions join, a failed one that the handler caught undoes only itself."""

    async def handler() -> Message:
        with pytest.raises(NotFound):
            await db.transact(failing)
        await db.transact(lambda tx: tx.execute(PUT, key=key, value=1))
        with pytest.raises(asyncpg.UniqueViolationError):
            await db.transact(lambda tx: tx.execute(PUT, key=key, value=2))
        await db.transact(lambda tx: tx.execute(ADD, which=key, more=10))
        return reply(1)

    async def failing(tx: Transaction) -> None:
        await tx.execute(PUT, key=key + "x", value=1)
        tx.emit(CompanyFollowed(company_id=key))
        raise NotFound("never mind")

    await call(store, key, handler)

    assert 11 == await db.fetch_value(GET, key=key)
    assert await db.fetch_value(GET, key=key + "x") is None
    assert 0 == await db.fetch_value(EVENTS, suffix=f".{key}")


async def test_transactions_at_once_and_inside_each_other(db: Database, store: IdempotencyStore, key: str) -> None:
    """Tasks of a handler may transact at once, and work may call what transacts itself."""

    async def outer(tx: Transaction) -> None:
        await tx.execute(ADD, which=key, more=1)
        await db.transact(lambda inner: inner.execute(ADD, which=key, more=1))

    async def handler() -> Message:
        await db.transact(lambda tx: tx.execute(PUT, key=key, value=0))
        await asyncio.gather(*(db.transact(outer) for _ in range(5)))
        return reply(await db.fetch_value(GET, key=key))

    assert reply(10) == await call(store, key, handler)


async def test_a_handler_that_writes_nothing_stores_nothing(db: Database, store: IdempotencyStore, key: str) -> None:
    """Without a transaction there is no claim; the next call runs again."""

    async def handler() -> Message:
        return reply(1)

    await call(store, key, handler)

    assert 0 == await db.fetch_value(KEYS, key=key)


async def test_a_conflict_runs_the_handler_again(db: Database, store: IdempotencyStore, key: str) -> None:
    """After a serialization failure the whole handler runs again, in a transaction of its own."""
    runs = 0

    async def handler() -> Message:
        nonlocal runs
        runs += 1
        await putting(db, key, runs)()
        if runs < 3:
            await db.transact(lambda tx: tx.fetch_value(RAISE, sqlstate="40001"))
        return reply(runs)

    assert reply(3) == await call(store, key, handler)
    assert 3 == await db.fetch_value(GET, key=key)
    assert 1 == await db.fetch_value(EVENTS, suffix=f".{key}")


async def test_conflicts_of_a_handler_end_some_time(db: Database, store: IdempotencyStore, key: str) -> None:
    """A handler that loses every time is refused as TRANSACTION_CONFLICT and leaves the key free."""

    async def handler() -> Message:
        await db.transact(lambda tx: tx.fetch_value(RAISE, sqlstate="40P01"))
        return reply(1)

    with pytest.raises(TransactionConflict):
        await call(store, key, handler)

    assert 0 == await db.fetch_value(KEYS, key=key)


async def test_a_refusal_the_first_call_caused(db: Database, store: IdempotencyStore, key: str) -> None:
    """A repeat that is refused only because the first call was committed meanwhile gets the first reply."""

    async def repeat() -> Message:
        another_process = IdempotencyStore(db)
        await call(another_process, key, putting(db, key, 1))
        raise AlreadyExists("there is such a note")

    assert reply(1) == await call(store, key, repeat)


async def test_a_cancelled_call_leaves_nothing(db: Database, store: IdempotencyStore, key: str) -> None:
    """A call whose deadline passes in the handler leaves no claim, and its repeat does the work."""
    written = asyncio.Event()

    async def handler() -> Message:
        await putting(db, key, 1)()
        written.set()
        await asyncio.Event().wait()
        return reply(1)

    task = asyncio.create_task(call(store, key, handler))
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert reply(2) == await call(store, key, putting(db, key, 2))


async def test_callbacks_wait_for_the_whole_call(db: Database, store: IdempotencyStore, key: str) -> None:
    """A callback of a joined transaction comes after the commit, when the handler has returned."""
    order: list[str] = []

    async def callback() -> None:
        order.append(f"committed {await db.fetch_value(GET, key=key)}")

    async def work(tx: Transaction) -> None:
        await tx.execute(PUT, key=key, value=1)
        tx.on_commit(callback)

    async def handler() -> Message:
        await db.transact(work)
        order.append("handled")
        return reply(1)

    await call(store, key, handler)

    assert ["handled", "committed 1"] == order
