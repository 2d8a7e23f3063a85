"""The bookmarks table: they lie with the posts, so that what shows a post finds them there."""

from datetime import datetime

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Listing, Querier, Record, Transaction, keyset, statement
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.tally import PostKey
from svc_feed.store.tables import bookmarks

_b = bookmarks.c
_OF_POST = (_b.post_author_id == bindparam("of_author"), _b.post_id == bindparam("of_post"))
_OF_MEMBER = _b.user_id == bindparam("of_user")
_ADD = statement(insert(bookmarks).values({column: bindparam(column.name) for column in _b}).on_conflict_do_nothing())
_REMOVE = statement(delete(bookmarks).where(*_OF_POST, _OF_MEMBER))
_REMOVE_ALL = statement(delete(bookmarks).where(*_OF_POST))
COUNT = statement(select(func.count()).select_from(bookmarks).where(_OF_MEMBER))
NEWEST_FIRST = keyset(
    select(_b.post_author_id, _b.post_id, _b.created_at).where(_OF_MEMBER),
    _b.created_at.desc(),
    _b.post_id.desc(),
    _b.post_author_id.desc(),
)


class BookmarkRepository:
    """Which posts members keep."""

    async def add(self, tx: Transaction, post: PostKey, member: UserId, at: datetime) -> int:
        """Keep a post, at the place it has when it is kept already; returns how many the member keeps."""
        tx.send(_ADD, post_author_id=post.author, post_id=post.post_id, user_id=member, created_at=at)
        return await tx.fetch_value(COUNT, of_user=member)

    async def remove(self, q: Querier, post: PostKey, member: UserId) -> None:
        """Keep a post no longer."""
        await q.execute(_REMOVE, of_author=post.author, of_post=post.post_id, of_user=member)

    async def remove_all(self, q: Querier, author: UserId, post_id: PostId) -> None:
        """Forget who kept a deleted post."""
        await q.execute(_REMOVE_ALL, of_author=author, of_post=post_id)

    def of_member(self, q: Querier, member: UserId) -> Listing[PostKey]:
        """Those kept last first."""
        return NEWEST_FIRST.of(q, _key, of_user=member)


def _key(row: Record) -> PostKey:
    return PostKey(row["post_author_id"], row["post_id"])
