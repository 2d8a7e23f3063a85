"""Members who read their feeds: how often, and whose feed is due to be built."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import DateTime, Double, Uuid, bindparam, extract, func, select, update
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, batch, constant, statement
from svc_feed.domain.ids import UserId
from svc_feed.domain.reader import HALF_LIFE
from svc_feed.store.tables import feed_readers

_r = feed_readers.c
_AT = bindparam("at", type_=DateTime(timezone=True))
_read = batch(user_id=Uuid(), reads=Double(), due_at=DateTime(timezone=True))
_noted = insert(feed_readers).from_select(
    ["user_id", "read_at", "reads", "due_at"],
    select(_read.c.user_id, _AT, _read.c.reads, _read.c.due_at).order_by(_read.c.user_id),
)
_half_lives = func.greatest(extract("epoch", _noted.excluded.read_at - _r.read_at), constant(0)) / constant(
    HALF_LIFE // timedelta(seconds=1)
)
_NOTE = statement(
    _noted.on_conflict_do_update(
        index_elements=[_r.user_id],
        set_={
            "read_at": func.greatest(_r.read_at, _noted.excluded.read_at),
            "reads": _r.reads * func.power(constant(2), -_half_lives) + _noted.excluded.reads,
        },
    ),
    name="INSERT feed_readers",
)
DUE = statement(
    select(_r.user_id, _r.due_at).where(_r.due_at <= _AT).order_by(_r.due_at).limit(bindparam("size")),
    name="feeds that are due",
)
_due = batch(user_id=Uuid(), was=DateTime(timezone=True), next=DateTime(timezone=True))
_CLAIM = statement(
    update(feed_readers)
    .where(_r.user_id == _due.c.user_id, _r.due_at == _due.c.was)
    .values(due_at=_due.c.next)
    .returning(_r.user_id),
    name="claim feeds that are due",
)
AVERAGE = statement(
    select(func.avg(_r.reads)).where(_r.read_at >= bindparam("since", type_=DateTime(timezone=True))),
    name="reads of feed_readers",
)


class Due(NamedTuple):
    """Whose feed was to be built when."""

    user_id: UserId
    at: datetime


class ReaderRepository:
    """What is stored may be half a minute old."""

    async def note(self, q: Querier, reads: Mapping[UserId, int], due: Mapping[UserId, datetime], at: datetime) -> None:
        """Add reads of members; their feeds are `due`, where no other time is known."""
        some = sorted(reads)
        await q.execute(
            _NOTE,
            user_id=some,
            reads=[float(reads[user]) for user in some],
            due_at=[due[user] for user in some],
            at=at,
        )

    async def due(self, q: Querier, at: datetime, size: int) -> list[Due]:
        """Feeds that are due, the longest due first."""
        return [Due(*row) for row in await q.fetch(DUE, at=at, size=size)]

    async def claim(self, q: Querier, due: Sequence[Due], following: Sequence[datetime]) -> list[UserId]:
        """Put feeds off until the time that follows, unless somebody else did; returns whose are the caller's now."""
        rows = await q.fetch(
            _CLAIM, user_id=[one.user_id for one in due], was=[one.at for one in due], next=list(following)
        )
        return [row["user_id"] for row in rows]

    async def average(self, q: Querier, since: datetime) -> float | None:
        """What the reads of a member add up to who read since then; None when nobody did."""
        return await q.fetch_value(AVERAGE, since=since)
