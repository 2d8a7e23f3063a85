"""What came of posts: the views table, and answers counted where they lie."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, Uuid, and_, bindparam, func, or_, select, update

from mesh.data import Querier, Transaction, batch, batch_insert, by_column, constant, statement
from svc_feed.domain.analytics import Answers, Viewed, Views
from svc_feed.domain.ids import PostId, UserId
from svc_feed.store.engagement import REACTION
from svc_feed.store.tables import ALIVE, comments, engagement, posts, view_days

_d, _e, _c, _p = view_days.c, engagement.c, comments.c, posts.c
_KEY = ("author_id", "subject_id", "day")
_SINCE = bindparam("since", type_=DateTime(timezone=True))
_AUTHOR = bindparam("author", type_=Uuid())
_POST = bindparam("post", type_=Uuid())

_BEGIN = statement(batch_insert(view_days, *_KEY).on_conflict_do_nothing())
_keys = batch(author_id=Uuid(), subject_id=Uuid(), day=DateTime(timezone=True))
_LOCK = statement(
    select(*(_d[name] for name in _KEY), _d.views, _d.audience)
    .select_from(_keys.join(view_days, and_(*(_d[name] == _keys.c[name] for name in _KEY))))
    .order_by(*(_d[name] for name in _KEY))
    .with_for_update(of=view_days)
)
_counted = batch(
    author_id=Uuid(), subject_id=Uuid(), day=DateTime(timezone=True), views=BigInteger(), audience=LargeBinary()
)
_SAVE = statement(
    update(view_days)
    .where(*(_d[name] == _counted.c[name] for name in _KEY))
    .values(views=_counted.c.views, audience=_counted.c.audience)
)
_DAYS = statement(
    select(_d.day, _d.views, _d.audience).where(
        _d.author_id == _AUTHOR, _d.subject_id == bindparam("subject", type_=Uuid()), _d.day >= _SINCE
    )
)


def _by_day(moment: Column[Any], author: Column[Any], post: Column[Any], *where: Any) -> Any:
    day = func.date_trunc(constant("day"), moment, constant("UTC")).label("day")
    return statement(
        select(day, func.count().label("number"))
        .where(author == _AUTHOR, or_(_POST.is_(None), post == _POST), moment >= _SINCE, *where)
        .group_by(day),
        name=f"count {moment.table.name} by day",
    )


_REACTIONS = _by_day(_e.created_at, _e.post_author_id, _e.post_id, _e.type == REACTION)
_COMMENTS = _by_day(_c.created_at, _c.post_author_id, _c.post_id, _c.deleted_at.is_(None), ~_c.removed)
_SHARES = _by_day(_p.created_at, _p.shared_author_id, _p.shared_post_id, ALIVE)


class AnalyticsRepository:
    """Views are counted for a post and for all posts of its author, whose id stands in place of a post's then."""

    async def add(self, tx: Transaction, seen: Mapping[Viewed, Views]) -> None:
        """Count more views; whoever counts the same meanwhile waits."""
        rows = sorted((one.author_id, one.post_id or one.author_id, one.day) for one in seen)
        more = {(one.author_id, one.post_id or one.author_id, one.day): views for one, views in seen.items()}
        keys = by_column(_KEY, rows)
        tx.send(_BEGIN, **keys)
        for row in await tx.fetch(_LOCK, **keys):
            key = (row["author_id"], row["subject_id"], row["day"])
            more[key] += Views(row["views"], row["audience"])
        saved = [(*key, more[key].times, more[key].audience) for key in rows]
        tx.send(_SAVE, **by_column((*_KEY, "views", "audience"), saved))

    async def views(self, q: Querier, author: UserId, post: PostId | None, since: datetime) -> dict[date, Views]:
        """By day, from midnight of one on."""
        rows = await q.fetch(_DAYS, author=author, subject=post or author, since=since)
        return {row["day"].astimezone(UTC).date(): Views(row["views"], row["audience"]) for row in rows}

    async def answers(self, q: Querier, author: UserId, post: PostId | None, since: datetime) -> dict[date, Answers]:
        """What stands, by the day on which it was done."""
        found: list[Counter[date]] = []
        for question in (_REACTIONS, _COMMENTS, _SHARES):
            rows = await q.fetch(question, author=author, post=post, since=since)
            found.append(Counter({row["day"].astimezone(UTC).date(): row["number"] for row in rows}))
        days = {day for counter in found for day in counter}
        return {day: Answers(*(counter[day] for counter in found)) for day in days}
