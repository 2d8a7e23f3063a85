"""Rows by key, read together."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from google.protobuf.message import Message
from google.protobuf.wrappers_pb2 import Int64Value
from sqlalchemy import ARRAY, Column, Integer, MetaData, Table, Text, any_, bindparam, insert, select, update

from mesh.data import Database, IdempotencyStore, Lookup, Record, Transaction, statement

METADATA = MetaData()
NOTES = Table("looked_up", METADATA, Column("key", Text, primary_key=True), Column("value", Integer, nullable=False))
PUT = statement(insert(NOTES).values(key=bindparam("key"), value=bindparam("value")))
SET = statement(update(NOTES).where(NOTES.c.key == bindparam("which")).values(value=bindparam("value")))
SEVERAL = statement(select(NOTES.c.key, NOTES.c.value).where(NOTES.c.key == any_(bindparam("keys", type_=ARRAY(Text)))))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def db(open_database: Any) -> Database:
    return await open_database(METADATA)


@pytest.fixture
def key() -> str:
    return uuid4().hex


async def test_what_many_ask_for_is_one_statement(db: Database, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lookups of one tick, repeats and missing rows among them, are answered from one fetch."""
    for at in range(3):
        await db.execute(PUT, key=f"{key}{at}", value=at)
    fetches: list[list[str]] = []
    fetch = Database.fetch

    async def counted(self: Database, wanted: Any, /, **parameters: Any) -> list[Record]:
        fetches.append(parameters["keys"])
        return await fetch(self, wanted, **parameters)

    monkeypatch.setattr(Database, "fetch", counted)
    look_up = Lookup[str](db, SEVERAL)

    rows = await asyncio.gather(*(look_up(f"{key}{at}") for at in (0, 1, 9, 1, 2)))

    assert [0, 1, None, 1, 2] == [row and row["value"] for row in rows]
    assert [[f"{key}{at}" for at in (0, 1, 9, 2)]] == fetches


async def test_a_lookup_sees_what_was_committed_before_it(db: Database, key: str) -> None:
    """Nothing is kept from one tick to the next, however many ask at the same time."""
    await db.execute(PUT, key=key, value=0)
    look_up = Lookup[str](db, SEVERAL)

    async def write_and_read(value: int) -> bool:
        await db.execute(SET, which=key, value=value)
        row = await look_up(key)
        return row is not None and row["value"] >= value

    for value in range(1, 20):
        found = await asyncio.gather(look_up(key), write_and_read(value), look_up(key))
        assert found[1]


async def test_a_keyed_call_sees_its_own_writes(db: Database, key: str) -> None:
    """Before its commit a call looks up in its transaction, where nobody else can look."""
    look_up = Lookup[str](db, SEVERAL)
    await db.execute(PUT, key=key, value=0)
    by_others: list[int] = []

    async def handler() -> Message:
        async def work(tx: Transaction) -> None:
            await tx.execute(SET, which=key, value=7)

        await db.transact(work)
        by_others.append(await other)
        row = await look_up(key)
        return Int64Value(value=row["value"] if row else -1)

    async def another() -> int:
        row = await look_up(key)
        return row["value"] if row else -1

    other = asyncio.create_task(another())
    _, reply = await IdempotencyStore(db).run("caller", "/method", key, b"", handler)

    assert (Int64Value(value=7), [0]) == (reply, by_others)
