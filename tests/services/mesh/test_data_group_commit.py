"""Group commit of rows and their events."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio
from google.protobuf.message import Message
from sqlalchemy import CheckConstraint, Column, MetaData, Table, Text, Uuid, bindparam, func, select

from guild.events.v1.jobs_pb2 import CompanyFollowed
from mesh.data import Database, GroupCommit, IdempotencyStore, Transaction, batch_insert, by_column, statement
from mesh.data.tables import outbox
from mesh.errors import NotFound

METADATA = MetaData()
LINES = Table(
    "lines",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("body", Text, CheckConstraint("body <> 'bad'"), nullable=False),
)
INSERT = statement(batch_insert(LINES, "id", "body"))
COUNT = statement(select(func.count()).select_from(LINES).where(LINES.c.body == bindparam("body")))
EVENTS = statement(
    select(func.count()).select_from(outbox).where(outbox.c.subject.endswith(bindparam("suffix", type_=Text)))
)

Line = tuple[UUID, str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def db(open_database: Any) -> Database:
    return await open_database(METADATA)


def writer(db: Database, sizes: list[int]) -> GroupCommit[Line, UUID]:
    async def flush(lines: Sequence[Line]) -> Sequence[UUID]:
        sizes.append(len(lines))

        async def work(tx: Transaction) -> None:
            await tx.execute(INSERT, **by_column(("id", "body"), lines))
            for _, body in lines:
                tx.emit(CompanyFollowed(company_id=body))

        await db.transact(work)
        return [identifier for identifier, _ in lines]

    return GroupCommit(flush)


async def test_rows_and_events_are_committed_together(db: Database) -> None:
    """Many submits become few transactions; each row and each event is there once its submit returns."""
    sizes: list[int] = []
    writes = writer(db, sizes)
    body = uuid4().hex
    lines = [(uuid4(), body) for _ in range(100)]

    results = await asyncio.gather(*(writes.submit(line) for line in lines))

    assert [identifier for identifier, _ in lines] == results
    assert 100 == sum(sizes)
    assert len(sizes) < 10
    assert 100 == await db.fetch_value(COUNT, body=body)
    assert 100 == await db.fetch_value(EVENTS, suffix=f".{body}")


async def test_a_bad_row_fails_alone(db: Database) -> None:
    """A row that PostgreSQL refuses does not take the others of its batch with it."""
    writes = writer(db, [])
    body = uuid4().hex
    lines = [(uuid4(), body), (uuid4(), "bad"), (uuid4(), body)]

    results = await asyncio.gather(*(writes.submit(line) for line in lines), return_exceptions=True)

    assert isinstance(results[1], asyncpg.CheckViolationError)
    assert [lines[0][0], lines[2][0]] == [results[0], results[2]]
    assert 2 == await db.fetch_value(COUNT, body=body)


async def test_it_does_not_join_a_callers_transaction(db: Database) -> None:
    """What a keyed call submits is committed with the group, whatever becomes of the call."""
    writes = writer(db, [])
    body = uuid4().hex

    async def handler() -> Message:
        await writes.submit((uuid4(), body))
        raise NotFound("no")

    with pytest.raises(NotFound):
        await IdempotencyStore(db).run("caller", "/method", body, b"", handler)

    assert 1 == await db.fetch_value(COUNT, body=body)
