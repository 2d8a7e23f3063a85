"""The janitor removes what is past its time, and nothing else."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest_asyncio
from sqlalchemy import DateTime, bindparam, func, insert, select

from mesh.data import Database, Janitor, statement
from mesh.data.tables import idempotency_keys, inbox, outbox
from mesh.lifecycle import Rounds
from mesh.testing import ManualClock, wait_for

NOW = datetime(2026, 5, 5, 12, tzinfo=UTC)
WHEN = bindparam("moment", type_=DateTime(timezone=True))
KEY = statement(
    insert(idempotency_keys).values(
        caller=bindparam("caller"),
        method=bindparam("method"),
        key=bindparam("key"),
        request_hash=bindparam("hash"),
        created_at=WHEN,
    )
)
EVENT = statement(
    insert(outbox).values(
        bucket=bindparam("bucket"),
        event_id=bindparam("event_id"),
        subject=bindparam("subject"),
        envelope=bindparam("envelope"),
        published_at=WHEN,
    )
)
RECEIVED = statement(
    insert(inbox).values(consumer=bindparam("consumer"), event_id=bindparam("event_id"), received_at=WHEN)
)
COUNTS = {table.name: statement(select(func.count()).select_from(table)) for table in (idempotency_keys, outbox, inbox)}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def db(open_database: Any) -> Database:
    return await open_database()


async def counts(db: Database) -> Mapping[str, int]:
    return {name: await db.fetch_value(count) for name, count in COUNTS.items()}


async def test_old_rows_go_young_ones_stay(db: Database) -> None:
    """Replies and published events go after a day, received ones after two weeks; unpublished events never."""
    hours = [timedelta(hours=n) for n in (1, 23, 25, 200, 400)]
    for moment in [NOW - age for age in hours]:
        await db.execute(KEY, caller="c", method="/m", key=uuid4().hex, hash=b"", moment=moment)
        await db.execute(RECEIVED, consumer="c", event_id=uuid4(), moment=moment)
    for moment in [*(NOW - age for age in hours), None]:
        await db.execute(EVENT, bucket=1, event_id=uuid4(), subject="s", envelope=b"", moment=moment)

    swept = await Janitor(db, clock=ManualClock(NOW)).sweep()

    assert 3 + 3 + 1 == swept
    assert {"idempotency_keys": 2, "outbox": 3, "inbox": 4} == await counts(db)


async def test_it_sweeps_by_itself(db: Database) -> None:
    """In rounds, until they are stopped."""
    janitor = Rounds("janitor", Janitor(db, clock=ManualClock(NOW + timedelta(days=100))).sweep, 0.01, at_once=False)
    await janitor.start()

    async def swept() -> bool:
        return {"idempotency_keys": 0, "outbox": 1, "inbox": 0} == await counts(db)

    await wait_for(swept)
    await janitor.stop()
