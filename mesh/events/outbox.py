"""What a relay asks of the outbox table."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, DateTime, Integer, SmallInteger, any_, bindparam, func, null, select, update

from mesh.data import Database, Record, statement
from mesh.data.tables import outbox

_in_buckets = outbox.c.bucket == any_(bindparam("buckets", type_=ARRAY(SmallInteger)))

_WAITING = statement(
    select(outbox.c.bucket, outbox.c.id, outbox.c.event_id, outbox.c.subject, outbox.c.envelope, outbox.c.created_at)
    .where(_in_buckets, outbox.c.published_at.is_(None))
    .order_by(outbox.c.bucket, outbox.c.id)
    .limit(bindparam("most", type_=Integer)),
    name="read outbox",
)
_PUBLISHED = statement(
    update(outbox)
    .where(_in_buckets, outbox.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger))))
    .values(published_at=func.now()),
    name="mark outbox",
)
_AGAIN = statement(
    update(outbox)
    .where(outbox.c.published_at >= bindparam("since", type_=DateTime(timezone=True)))
    .values(published_at=null()),
    name="refill from outbox",
)


async def waiting(database: Database, buckets: Collection[int], most: int) -> list[Record]:
    """Return up to `most` events not published yet, in order within each bucket."""
    return await database.fetch(_WAITING, buckets=sorted(buckets), most=most)


async def mark_published(database: Database, rows: Sequence[Record]) -> None:
    """Note that the stream has these events; they stay for a day, to refill it."""
    buckets = sorted({row["bucket"] for row in rows})
    await database.execute(_PUBLISHED, buckets=buckets, ids=[row["id"] for row in rows])


async def refill(database: Database, since: datetime) -> int:
    """Publish again what was published since then (a stream was lost); returns how many events that is."""
    return await database.execute(_AGAIN, since=since)
