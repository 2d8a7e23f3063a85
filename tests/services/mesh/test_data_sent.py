"""Statements that travel with the next one: order, errors, values."""

import asyncio
from datetime import UTC
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from mesh.data import Database, Transaction, statement
from mesh.data.session import Joining
from mesh.errors import NotFound

METADATA = MetaData()
NOTES = Table("sent_notes", METADATA, Column("key", Text, primary_key=True), Column("value", Integer, nullable=False))
PUT = statement(insert(NOTES).values(key=bindparam("key"), value=bindparam("value")))
ADD = statement(update(NOTES).where(NOTES.c.key == bindparam("which")).values(value=NOTES.c.value + bindparam("more")))
GET = statement(select(NOTES.c.value).where(NOTES.c.key == bindparam("key")))
RAISE = statement(select(func.raise_sent(bindparam("sqlstate", type_=Text))))
FUNCTION = """CREATE FUNCTION raise_sent(code TEXT) RETURNS INTEGER LANGUAGE plpgsql AS
              $$ BEGIN RAISE EXCEPTION 'made to fail' USING ERRCODE = code; END $$"""
KINDS: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "truth": (Boolean, st.booleans()),
    "bytes": (LargeBinary, st.binary(max_size=40)),
    "small": (SmallInteger, st.integers(-(2**15), 2**15 - 1)),
    "number": (Integer, st.integers(-(2**31), 2**31 - 1)),
    "big": (BigInteger, st.integers(-(2**63), 2**63 - 1)),
    "real": (Float, st.floats(allow_nan=False)),
    "words": (Text, st.text(st.characters(codec="utf-8", exclude_characters="\0"))),
    "short": (String(40), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)),
    "day": (Date, st.dates()),
    "at": (DateTime(timezone=True), st.datetimes(timezones=st.just(UTC))),
    "name": (Uuid, st.uuids()),
}
VALUES = Table(
    "sent_values",
    METADATA,
    Column("id", Uuid, primary_key=True),
    *(Column(name, kind) for name, (kind, _) in KINDS.items()),
    *(Column(f"{name}_list", ARRAY(kind)) for name, (kind, _) in KINDS.items()),
)
COLUMNS = [column.name for column in VALUES.columns if column.name != "id"]
STORE = statement(insert(VALUES).values({name: bindparam(name) for name in ("id", *COLUMNS)}))
LOAD = statement(select(*(VALUES.c[name] for name in COLUMNS)).where(VALUES.c.id == bindparam("id")))
ROWS = st.fixed_dictionaries(
    {name: st.none() | values for name, (_, values) in KINDS.items()}
    | {f"{name}_list": st.none() | st.lists(st.none() | values, max_size=4) for name, (_, values) in KINDS.items()}
)
DOCUMENTS = Table("sent_documents", METADATA, Column("document", JSONB))
PUT_DOCUMENT = statement(insert(DOCUMENTS).values(document=bindparam("document")))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def db(open_database: Any) -> Database:
    return await open_database(METADATA, FUNCTION)


@pytest.fixture
def key() -> str:
    return uuid4().hex


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What is written to the server from now on, a piece for each system call."""
    pieces: list[bytes] = []
    made = Joining.write

    def write(self: Joining, data: Any) -> None:
        pieces.append(self.ahead + bytes(data))
        made(self, data)

    monkeypatch.setattr(Joining, "write", write)
    return pieces


async def everybody_writes(db: Database, key: str) -> None:
    """Use every connection of the pool."""

    async def write(at: int) -> None:
        await db.transact(lambda tx: tx.execute(PUT, key=f"{key}{at}", value=at))

    await asyncio.gather(*(write(at) for at in range(20)))


async def test_what_is_sent_is_done_in_order(db: Database, key: str) -> None:
    """A sent statement is done before the next one, which sees it, and after what came before it."""

    async def work(tx: Transaction) -> list[int]:
        tx.send(PUT, key=key, value=1)
        seen = [await tx.fetch_value(GET, key=key)]
        await tx.execute(ADD, which=key, more=10)
        tx.send(ADD, which=key, more=100)
        tx.send(ADD, which=key, more=1000)
        return [*seen, await tx.fetch_value(GET, key=key)]

    assert [1, 1111] == await db.transact(work)
    assert 1111 == await db.fetch_value(GET, key=key)


async def test_what_is_sent_travels_with_the_commit(db: Database, key: str, written: list[bytes]) -> None:
    """Work that waits for nothing is one round trip and one system call, from BEGIN to COMMIT."""

    async def work(tx: Transaction, name: str) -> None:
        tx.send(PUT, key=name, value=1)
        tx.send(ADD, which=name, more=1)

    await db.transact(lambda tx: work(tx, f"{key}, to prepare the statements"))
    written.clear()
    await db.transact(lambda tx: work(tx, key))

    assert 1 == len(written)
    assert 2 == await db.fetch_value(GET, key=key)


async def test_work_without_a_statement_asks_nothing(db: Database, written: list[bytes]) -> None:
    """A transaction in which nothing was done is not even begun."""

    async def work(tx: Transaction) -> str:
        return "nothing"

    assert "nothing" == await db.transact(work)
    assert [] == written


async def test_a_refused_work_forgets_what_it_sent(db: Database, key: str) -> None:
    """An error after a send leaves nothing of it, for the next transaction of the connection neither."""

    async def work(tx: Transaction) -> None:
        tx.send(PUT, key=key, value=1)
        raise NotFound("no")

    with pytest.raises(NotFound):
        await db.transact(work)
    await everybody_writes(db, key)

    assert await db.fetch_value(GET, key=key) is None


@pytest.mark.parametrize("ends", ["with a statement", "with the commit"])
async def test_an_error_of_what_was_sent_is_told_later(db: Database, key: str, ends: str) -> None:
    """The next statement raises it, or the commit; nothing is kept."""

    async def work(tx: Transaction) -> None:
        await tx.execute(PUT, key=f"{key}x", value=1)
        tx.send(PUT, key=key, value=1)
        tx.send(PUT, key=key, value=2)
        if ends == "with a statement":
            await tx.fetch_value(GET, key=key)

    with pytest.raises(asyncpg.UniqueViolationError):
        await db.transact(work)

    assert [None, None] == [await db.fetch_value(GET, key=one) for one in (key, f"{key}x")]


async def test_a_conflict_of_what_was_sent_runs_the_work_again(db: Database, key: str) -> None:
    """A statement that travelled ahead and lost is a reason to start over like any other."""
    await db.execute(PUT, key=key, value=0)
    both_hold_one, attempts = asyncio.Barrier(2), 0
    await db.execute(PUT, key=f"{key}y", value=0)

    async def locking(first: str, second: str) -> None:
        tries = 0

        async def work(tx: Transaction) -> None:
            nonlocal attempts, tries
            attempts, tries = attempts + 1, tries + 1
            await tx.execute(ADD, which=first, more=1)
            if tries == 1:
                await both_hold_one.wait()
            tx.send(ADD, which=second, more=1)

        await db.transact(work)

    await asyncio.gather(locking(key, f"{key}y"), locking(f"{key}y", key))

    assert 3 == attempts
    assert [2, 2] == [await db.fetch_value(GET, key=one) for one in (key, f"{key}y")]


async def test_a_savepoint_undoes_what_was_sent_in_it(db: Database, key: str) -> None:
    """What was sent before the block stays, what was sent in it goes with it, also when it had not left yet."""

    async def optional(tx: Transaction, *, waits: bool) -> None:
        async with tx.savepoint():
            tx.send(ADD, which=key, more=100)
            if waits:
                assert 101 == await tx.fetch_value(GET, key=key)
            raise NotFound("undo")

    async def work(tx: Transaction) -> None:
        tx.send(PUT, key=key, value=1)
        for waits in (True, False):
            with pytest.raises(NotFound):
                await optional(tx, waits=waits)
        async with tx.savepoint():
            tx.send(ADD, which=key, more=10)

    await db.transact(work)

    assert 11 == await db.fetch_value(GET, key=key)


async def test_an_error_in_a_savepoint_is_survived(db: Database, key: str) -> None:
    """A statement sent in the block is refused in the block, not behind it."""

    async def optional(tx: Transaction) -> None:
        async with tx.savepoint():
            tx.send(PUT, key=key, value=2)

    async def work(tx: Transaction) -> None:
        tx.send(PUT, key=key, value=1)
        with pytest.raises(asyncpg.UniqueViolationError):
            await optional(tx)
        tx.send(ADD, which=key, more=10)

    await db.transact(work)

    assert 11 == await db.fetch_value(GET, key=key)


async def test_a_value_that_cannot_be_sent_hurts_nobody(db: Database, key: str) -> None:
    """A statement refused before it was written takes with it what was ahead of it; the connection stays good."""

    async def work(tx: Transaction) -> None:
        tx.send(PUT, key=key, value=1)
        with pytest.raises(asyncpg.exceptions.DataError):
            await tx.execute(ADD, which=key, more=2**40)
        assert 1 == await tx.fetch_value(GET, key=key)
        raise NotFound("no")

    with pytest.raises(NotFound):
        await db.transact(work)

    await everybody_writes(db, key)
    assert await db.fetch_value(GET, key=key) is None


async def test_a_type_that_cannot_travel_is_refused(db: Database) -> None:
    """Where no encoder is known the work fails, rather than to send what the server would not understand."""

    async def work(tx: Transaction) -> None:
        tx.send(PUT_DOCUMENT, document={"a": 1})

    with pytest.raises(TypeError, match="type jsonb cannot be sent ahead"):
        await db.transact(work)


async def test_a_failure_that_was_swallowed_is_no_commit(db: Database, key: str) -> None:
    """Work that sends more after a failed statement is told that nothing was committed."""

    async def work(tx: Transaction) -> None:
        with pytest.raises(asyncpg.PostgresError):
            await tx.fetch_value(RAISE, sqlstate="22000")
        tx.send(PUT, key=key, value=2)

    with pytest.raises(RuntimeError, match="nothing of it was committed"):
        await db.transact(work)

    assert await db.fetch_value(GET, key=key) is None


async def test_a_caller_who_leaves_takes_along_what_was_sent(db: Database, key: str) -> None:
    """Cancelled while a group of statements is under way, nothing of it is kept and no lock stays."""
    await db.execute(PUT, key=key, value=1)
    held, go_on = asyncio.Event(), asyncio.Event()

    async def hold(tx: Transaction) -> None:
        await tx.execute(ADD, which=key, more=1)
        held.set()
        await go_on.wait()

    async def work(tx: Transaction) -> None:
        tx.send(PUT, key=f"{key}x", value=1)
        await tx.execute(ADD, which=key, more=10)

    holder = asyncio.create_task(db.transact(hold))
    await held.wait()
    waiter = asyncio.create_task(db.transact(work))
    await asyncio.sleep(0.05)
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    go_on.set()
    await holder

    assert 1 == await db.execute(PUT, key=f"{key}x", value=5)
    assert 2 == await db.fetch_value(GET, key=key)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=ROWS, row=st.uuids())
async def test_every_value_arrives_as_it_was(db: Database, values: dict[str, Any], row: UUID) -> None:
    """What is sent is read back equal, for every type, at its limits, NULL and in arrays."""
    loaded: dict[str, Any] = {}

    async def work(tx: Transaction) -> None:
        tx.send(STORE, id=row, **values)
        loaded.update(dict(await tx.fetch_one(LOAD, id=row) or {}))
        raise NotFound("keep nothing")

    with pytest.raises(NotFound):
        await db.transact(work)

    assert values == loaded
