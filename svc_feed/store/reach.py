"""Authors with many followers: how their posts reach feeds, and by what that was decided."""

from datetime import datetime

from sqlalchemy import Uuid, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, Record, statement
from svc_feed.domain.ids import UserId, first_id_at
from svc_feed.domain.reach import Reach
from svc_feed.store.tables import ALIVE, author_reach, posts, wide_authors

_r, _w, _p = author_reach.c, wide_authors.c, posts.c
_MEASURES = (_r.followers, _r.warm, _r.posts_per_day, _r.reads_per_day, _r.measured_at)
_AUTHOR = bindparam("author", type_=Uuid())

_FIND = statement(select(*_MEASURES).where(_r.author_id == _AUTHOR))
_written = insert(author_reach).values({_r.author_id: _AUTHOR} | {one: bindparam(one.name) for one in _MEASURES})
_SAVE = statement(
    _written.on_conflict_do_update(
        index_elements=[_r.author_id], set_={one.name: _written.excluded[one.name] for one in _MEASURES}
    )
)
_MERGED_SINCE = statement(select(_w.since).where(_w.author_id == _AUTHOR), name="SELECT wide author")
_MERGE = statement(
    insert(wide_authors)
    .values(author_id=_AUTHOR, since=bindparam("at"))
    .on_conflict_do_nothing(index_elements=[_w.author_id])
    .returning(_w.since)
)
_WRITE = statement(delete(wide_authors).where(_w.author_id == _AUTHOR).returning(_w.since))
MERGED = statement(select(func.count()).select_from(wide_authors), name="count wide authors")
_POSTS = statement(
    select(func.count())
    .select_from(posts)
    .where(_p.author_id == _AUTHOR, _p.id >= bindparam("since", type_=Uuid()), ALIVE),
    name="count posts of an author",
)


class ReachRepository:
    """Authors with few followers are not in it: their posts are written into feeds."""

    async def find(self, q: Querier, author: UserId) -> Reach | None:
        """What was measured last."""
        row = await q.fetch_one(_FIND, author=author)
        return _reach(row) if row else None

    async def save(self, q: Querier, author: UserId, reach: Reach) -> None:
        """Keep what was measured."""
        await q.execute(
            _SAVE,
            author=author,
            followers=reach.followers,
            warm=reach.warm,
            posts_per_day=reach.posts_per_day,
            reads_per_day=reach.reads_per_day,
            measured_at=reach.measured_at,
        )

    async def merged_since(self, q: Querier, author: UserId) -> datetime | None:
        """Since when an author's posts are merged; None when they are written."""
        return await q.fetch_value(_MERGED_SINCE, author=author)

    async def merge(self, q: Querier, author: UserId, at: datetime) -> bool:
        """Merge an author's posts from now on; False when they were before."""
        return await q.fetch_value(_MERGE, author=author, at=at) is not None

    async def write(self, q: Querier, author: UserId) -> bool:
        """Write an author's posts from now on; False when they were before."""
        return await q.fetch_value(_WRITE, author=author) is not None

    async def merged(self, q: Querier) -> int:
        """How many authors are merged."""
        return await q.fetch_value(MERGED)

    async def posts_since(self, q: Querier, author: UserId, since: datetime) -> int:
        """How many posts an author has that were published since."""
        return await q.fetch_value(_POSTS, author=author, since=first_id_at(since))


def _reach(row: Record) -> Reach:
    return Reach(*row)
