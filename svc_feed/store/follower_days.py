"""How followers came and went: the follower_days table."""

from datetime import UTC, date, datetime

from sqlalchemy import DateTime, Uuid, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, Transaction, statement
from svc_feed.domain.analytics import FollowerChange
from svc_feed.domain.ids import UserId
from svc_feed.store.tables import follower_days

_d = follower_days.c

_more = insert(follower_days).values({column.name: bindparam(column.name, type_=column.type) for column in _d})
_ADD = statement(
    _more.on_conflict_do_update(
        index_elements=[*follower_days.primary_key],
        set_={name: _d[name] + _more.excluded[name] for name in ("gained", "lost")},
    )
)
_DAYS = statement(
    select(_d.day, _d.gained, _d.lost)
    .where(
        _d.author_id == bindparam("author", type_=Uuid()), _d.day >= bindparam("since", type_=DateTime(timezone=True))
    )
    .order_by(_d.day)
)


class FollowerDayRepository:
    """A row for each author and day on which something changed."""

    def add(self, tx: Transaction, author: UserId, day: datetime, more: FollowerChange) -> None:
        """Count more on the day that began at a moment."""
        tx.send(_ADD, author_id=author, day=day, gained=more.gained, lost=more.lost)

    async def days(self, q: Querier, author: UserId, since: datetime) -> dict[date, FollowerChange]:
        """By day, the oldest first, from midnight of one on."""
        rows = await q.fetch(_DAYS, author=author, since=since)
        return {row["day"].astimezone(UTC).date(): FollowerChange(row["gained"], row["lost"]) for row in rows}
