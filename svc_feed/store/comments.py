"""The comments table, thread by thread in the order of commits."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, tuple_, update

from mesh.data import Querier, Transaction, constant, statement
from svc_feed.domain.comment import Comment
from svc_feed.domain.ids import CommentId, PostId, UserId
from svc_feed.domain.post import Post
from svc_feed.store.tables import comments

_c = comments.c
_OF_POST = (_c.post_author_id == bindparam("of_author"), _c.post_id == bindparam("of_post"))
_ONE = (*_OF_POST, _c.id == bindparam("of_comment"))
_FIELDS = (
    _c.id,
    _c.post_id,
    _c.post_author_id,
    _c.author_id,
    _c.parent_id,
    _c.content,
    _c.created_at,
    _c.sequence,
    _c.thread,
    _c.reply_count,
)

_FIND = statement(select(*_FIELDS).where(*_ONE))
_INSERT = statement(
    insert(comments).values({column: bindparam(column.name) for column in _FIELDS if column is not _c.reply_count})
)
_COUNT_REPLY = statement(update(comments).where(*_ONE).values(reply_count=_c.reply_count + constant(1)))
_PAGE = statement(
    select(*_FIELDS)
    .where(*_OF_POST, tuple_(_c.thread, _c.sequence) > tuple_(bindparam("after_thread"), bindparam("after_sequence")))
    .order_by(_c.thread, _c.sequence)
    .limit(bindparam("size"))
)
_REPLIES = statement(
    select(*_FIELDS)
    .where(*_OF_POST, _c.parent_id == bindparam("of_parent"), _c.sequence > bindparam("after_sequence"))
    .order_by(_c.sequence)
    .limit(bindparam("size"))
)
_REMOVE_ALL = statement(delete(comments).where(*_OF_POST))


class CommentRepository:
    """Reads and writes comments; writers hold the post's lock, which hands out the sequence."""

    async def find(self, q: Querier, post: Post, comment_id: CommentId) -> Comment | None:
        """One comment of a post."""
        row = await q.fetch_one(_FIND, of_author=post.author_id, of_post=post.id, of_comment=comment_id)
        return _comment(row) if row else None

    async def add(self, tx: Transaction, comment: Comment) -> None:
        """Store a comment, counting it as a reply of its parent."""
        await tx.execute(
            _INSERT,
            id=comment.id,
            post_id=comment.post_id,
            post_author_id=comment.post_author_id,
            author_id=comment.author_id,
            parent_id=comment.parent_id,
            content=comment.content,
            created_at=comment.created_at,
            sequence=comment.sequence,
            thread=comment.thread,
        )
        if comment.parent_id is not None:
            await tx.execute(
                _COUNT_REPLY,
                of_author=comment.post_author_id,
                of_post=comment.post_id,
                of_comment=comment.parent_id,
            )

    async def page(self, q: Querier, post: Post, *, size: int, after: tuple[int, int]) -> list[Comment]:
        """All comments in order, behind the keyset cursor `after` (thread, sequence)."""
        rows = await q.fetch(
            _PAGE,
            of_author=post.author_id,
            of_post=post.id,
            after_thread=after[0],
            after_sequence=after[1],
            size=size,
        )
        return _comments(rows)

    async def replies(self, q: Querier, post: Post, parent: CommentId, *, size: int, after: int) -> list[Comment]:
        """Direct replies in order, behind the sequence `after`."""
        rows = await q.fetch(
            _REPLIES, of_author=post.author_id, of_post=post.id, of_parent=parent, after_sequence=after, size=size
        )
        return _comments(rows)

    async def remove_all(self, q: Querier, author: UserId, post_id: PostId) -> None:
        """Forget the comments on a deleted post."""
        await q.execute(_REMOVE_ALL, of_author=author, of_post=post_id)


def _comments(rows: Sequence[Any]) -> list[Comment]:
    return [_comment(row) for row in rows]


def _comment(row: Any) -> Comment:
    return Comment(**row)
