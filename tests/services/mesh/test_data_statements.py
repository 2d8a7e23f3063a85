"""Statements against PostgreSQL."""

import asyncio
import traceback
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from mesh.data import Database, Statement, Transaction, batch, batch_insert, by_column, constant, statement

METADATA = MetaData()
THINGS = Table(
    "things",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text),
    Column("payload", JSONB),
    Column("tags", ARRAY(Text)),
    Column("friends", ARRAY(Uuid)),
    Column("made_at", DateTime(timezone=True)),
    Column("day", Date),
    Column("count", BigInteger),
    Column("price", Numeric),
    Column("score", Float),
    Column("blob", LargeBinary),
    Column("open", Boolean),
    Column("pause", Interval),
)
INSERT = statement(insert(THINGS))
FIND = statement(select(THINGS).where(THINGS.c.id == bindparam("id")))
FIND_MANY = statement(
    select(THINGS.c.id, THINGS.c.name).where(THINGS.c.id == any_(bindparam("ids", type_=ARRAY(Uuid)))).order_by("name")
)
RENAME = statement(update(THINGS).where(THINGS.c.id == bindparam("which")).values(name=bindparam("name")))
COUNT = statement(select(func.count()).select_from(THINGS).where(THINGS.c.name == bindparam("name")))
INSERT_NAMED = statement(insert(THINGS).values(id=bindparam("id"), name=bindparam("name")))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def db(open_database: Any) -> Database:
    return await open_database(METADATA)


def thing(**values: Any) -> dict[str, Any]:
    return {**dict.fromkeys(THINGS.c.keys()), "id": uuid4(), **values}


async def test_values_come_back_as_they_were_sent(db: Database) -> None:
    """UUIDs, aware times, jsonb, arrays, bytes and numbers pass through PostgreSQL unchanged."""
    sent = thing(
        name="Ünïcode 🎈",
        payload={"a": [1, 2.5, None, {"b": True}]},
        tags=["x", "y"],
        friends=[uuid4(), uuid4()],
        made_at=datetime(2026, 2, 3, 4, 5, 6, 7, tzinfo=UTC),
        day=date(2026, 2, 3),
        count=2**40,
        price=Decimal("12.3400"),
        score=0.1,
        blob=b"\x00\xff",
        open=True,
        pause=timedelta(hours=3),
    )

    written = await db.execute(INSERT, **sent)

    assert written == 1
    assert sent == dict(await db.fetch_one(FIND, id=sent["id"]) or {})


async def test_uuids_are_uuids(db: Database) -> None:
    """An id from the database equals, hashes and checks as an ordinary UUID; jsonb takes it, too."""
    sent = thing()
    await db.execute(INSERT, **sent)
    row = await db.fetch_one(FIND, id=sent["id"])
    assert row is not None
    assert isinstance(row["id"], UUID)

    await db.execute(INSERT, **thing(id=(other := uuid4()), payload={"id": row["id"]}))

    stored = await db.fetch_one(FIND, id=other)
    assert stored is not None
    assert {"id": str(sent["id"])} == stored["payload"]


async def test_many_rows_in_one_statement(db: Database) -> None:
    """A batch insert takes a list for each column, jsonb and times included."""
    batch_statement = statement(batch_insert(THINGS, "id", "name", "payload", "made_at", "blob"))
    now = datetime.now(UTC)
    rows = [(uuid4(), f"row {n:03}", {"n": n}, now, bytes([n])) for n in range(200)]

    written = await db.execute(batch_statement, **by_column(("id", "name", "payload", "made_at", "blob"), rows))

    assert written == 200
    ids = [row[0] for row in rows]
    found = await db.fetch(FIND_MANY, ids=ids)
    assert ids == [row["id"] for row in found]
    last = await db.fetch_one(FIND, id=ids[-1])
    assert last is not None
    assert {"n": 199} == last["payload"]


async def test_many_rows_updated_in_one_statement(db: Database) -> None:
    """A batch is a relation that an UPDATE can read from."""
    first, second = thing(count=1), thing(count=2)
    await db.execute(INSERT, **first)
    await db.execute(INSERT, **second)
    rows = batch(id=Uuid(), more=Integer())
    add = statement(update(THINGS).where(THINGS.c.id == rows.c.id).values(count=THINGS.c.count + rows.c.more))

    assert await db.execute(add, id=[first["id"], second["id"]], more=[10, 20]) == 2

    counts = [(await db.fetch_one(FIND, id=one["id"]) or {})["count"] for one in (first, second)]
    assert [11, 22] == counts


async def test_row_counts(db: Database) -> None:
    """`execute` tells how many rows were written."""
    row = thing()
    await db.execute(INSERT, **row)

    assert 1 == await db.execute(RENAME, which=row["id"], name="renamed")
    assert 0 == await db.execute(RENAME, which=uuid4(), name="nobody")


async def test_nothing_found(db: Database) -> None:
    """Where there is no row there is None, or an empty list."""
    assert await db.fetch_one(FIND, id=uuid4()) is None
    assert await db.fetch(FIND, id=uuid4()) == []
    assert await db.fetch_value(FIND, id=uuid4()) is None


async def test_hostile_text_is_data(db: Database) -> None:
    """A value is never read as SQL."""
    hostile = "'; DROP TABLE things; --"
    row = thing(name=hostile)

    await db.execute(INSERT, **row)

    assert hostile == (await db.fetch_one(FIND, id=row["id"]) or {})["name"]


async def test_constants(db: Database) -> None:
    """A constant of the program is part of the text, quoted."""
    query = statement(select(constant("it's"), constant(7), constant(True)))

    assert ("it's", 7, True) == tuple(await db.fetch_one(query) or ())


async def test_unique_violation_is_the_repositorys(db: Database) -> None:
    """A broken unique constraint comes as asyncpg's own error."""
    row = thing()
    await db.execute(INSERT, **row)

    with pytest.raises(asyncpg.UniqueViolationError):
        await db.execute(INSERT, **row)


async def test_wrong_type_does_not_harm_the_connection(db: Database) -> None:
    """A value PostgreSQL cannot take is an error of that statement only."""
    with pytest.raises(asyncpg.DataError):
        await db.fetch_one(FIND, id="not a uuid")

    assert await db.fetch_one(FIND, id=uuid4()) is None


PEOPLE = "CREATE TABLE IF NOT EXISTS people (email text PRIMARY KEY, age int NOT NULL CHECK (age > 0))"
SECRET = "somebody-else@private.invalid"


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("INSERT INTO people VALUES ($1, 1)", SECRET),
        ("INSERT INTO people VALUES ($1 || '2', -1)", SECRET),
        ("INSERT INTO people VALUES ($1 || '3', NULL)", SECRET),
        ("SELECT $1::text::uuid", SECRET),
        ("SELECT $1::int", SECRET),
        ("SELECT $1::uuid", SECRET),
        ("SELECT $1::text", datetime(2026, 1, 1, tzinfo=UTC)),
        ("SELECT $1::text", SECRET.encode()),
    ],
)
async def test_errors_tell_no_values(db: Database, sql: str, value: object) -> None:
    """Whatever is wrong with a value, neither the error nor what led to it repeats the value: errors are logged."""
    await db.execute(Statement(PEOPLE, (), "people"))
    await db.execute(Statement("INSERT INTO people VALUES ($1, 1) ON CONFLICT DO NOTHING", ("it",), "one"), it=SECRET)

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)) as caught:
        await db.fetch(Statement(sql, ("value",), "wrong"), value=value)

    told = "".join(traceback.format_exception(caught.value, chain=True)) + repr(caught.value) + str(vars(caught.value))
    assert str(caught.value)
    assert SECRET not in told
    assert "2026" not in repr(caught.value)


async def test_statements_of_one_transaction_take_turns(db: Database) -> None:
    """Tasks may share a transaction; their statements do not collide."""

    async def work(tx: Transaction) -> int:
        await asyncio.gather(*(tx.execute(INSERT_NAMED, id=uuid4(), name="together") for _ in range(20)))
        return await tx.fetch_value(COUNT, name="together")

    assert 20 == await db.transact(work)


async def test_a_changed_column_type_is_noticed(db: Database) -> None:
    """A statement prepared before a migration changed a column's type still works after it."""
    await db.transact(lambda tx: tx.execute(statement(text("CREATE TABLE changing (value INTEGER)"))))
    await db.execute(statement(text("INSERT INTO changing VALUES (7)")))
    read = statement(text("SELECT value FROM changing"))
    for _ in range(3):
        assert 7 == await db.fetch_value(read)

    await db.execute(statement(text("ALTER TABLE changing ALTER value TYPE TEXT")))

    assert "7" == await db.fetch_value(read)
