"""The posts table with its index by id."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from cachetools import LRUCache
from sqlalchemy import ARRAY, Text, any_, bindparam, insert, select, update

from mesh.data import Querier, Transaction, constant, statement
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Kind, Post
from svc_feed.domain.visibility import Visibility
from svc_feed.store.tables import post_index, posts

_p = posts.c
FIELDS = (
    _p.id,
    _p.author_id,
    _p.kind,
    _p.title,
    _p.content,
    _p.media_ids,
    _p.visibility,
    _p.like_count,
    _p.comment_count,
    _p.share_count,
    _p.created_at,
    _p.updated_at,
)
ALIVE = _p.deleted_at.is_(None)
_ONE = (_p.author_id == bindparam("of_author"), _p.id == bindparam("of_post"), ALIVE)

_INSERT = statement(
    insert(posts).values(
        {
            column: bindparam(column.name)
            for column in (_p.author_id, _p.id, _p.kind, _p.title, _p.content, _p.media_ids, _p.visibility)
        }
        | {_p.created_at: bindparam("created_at"), _p.updated_at: bindparam("updated_at")}
    )
)
_INDEX = statement(insert(post_index).values(id=bindparam("id"), author_id=bindparam("author_id")))
_AUTHOR = statement(select(post_index.c.author_id).where(post_index.c.id == bindparam("post_id")))
_FIND = statement(select(*FIELDS).where(*_ONE))
_LOCK = statement(select(*FIELDS).where(*_ONE).with_for_update())
_SAVE = statement(
    update(posts)
    .where(*_ONE)
    .values(
        title=bindparam("title"),
        content=bindparam("content"),
        media_ids=bindparam("media_ids"),
        visibility=bindparam("visibility"),
        updated_at=bindparam("updated_at"),
    )
)
_DELETE = statement(
    update(posts)
    .where(*_ONE)
    .values(title=bindparam("title"), content=bindparam("content"), deleted_at=bindparam("at"))
)
_COUNT_LIKES = statement(
    update(posts).where(*_ONE).values(like_count=_p.like_count + bindparam("more")).returning(_p.like_count)
)
_COUNT_COMMENT = statement(
    update(posts)
    .where(*_ONE)
    .values(comment_count=_p.comment_count + constant(1), comment_sequence=_p.comment_sequence + constant(1))
    .returning(_p.comment_sequence)
)
_PAGE = statement(
    select(*FIELDS)
    .where(
        _p.author_id == bindparam("of_author"),
        _p.id < bindparam("before"),
        _p.visibility == any_(bindparam("visibilities", type_=ARRAY(Text))),
        _p.kind == any_(bindparam("kinds", type_=ARRAY(Text))),
        ALIVE,
    )
    .order_by(_p.id.desc())
    .limit(bindparam("size"))
)

_KNOWN_AUTHORS = 100_000  # some 20 MB


class PostRepository:
    """Loads, locks and saves posts; deleted ones are not found."""

    def __init__(self) -> None:
        self._authors: LRUCache[PostId, UserId] = LRUCache(_KNOWN_AUTHORS)

    async def author_of(self, q: Querier, post_id: PostId) -> UserId | None:
        """Who wrote a post, deleted or not; an answer never changes and is kept."""
        author = self._authors.get(post_id)
        if author is None and (author := await q.fetch_value(_AUTHOR, post_id=post_id)) is not None:
            self._authors[post_id] = author
        return author

    async def find(self, q: Querier, author: UserId, post_id: PostId) -> Post | None:
        """One post."""
        row = await q.fetch_one(_FIND, of_author=author, of_post=post_id)
        return post_of(row) if row else None

    async def lock(self, tx: Transaction, author: UserId, post_id: PostId) -> Post | None:
        """One post, locked until the transaction ends: its counts change under this lock."""
        row = await tx.fetch_one(_LOCK, of_author=author, of_post=post_id)
        return post_of(row) if row else None

    async def add(self, tx: Transaction, post: Post) -> None:
        """Store a new post and who wrote it."""
        await tx.execute(
            _INSERT,
            author_id=post.author_id,
            id=post.id,
            kind=post.kind.value,
            created_at=post.created_at,
            **_editable(post),
        )
        await tx.execute(_INDEX, id=post.id, author_id=post.author_id)

    async def save(self, tx: Transaction, post: Post) -> None:
        """Store what an author changed."""
        await tx.execute(_SAVE, of_author=post.author_id, of_post=post.id, **_editable(post))

    async def delete(self, tx: Transaction, author: UserId, post_id: PostId, at: datetime) -> bool:
        """Empty a post and mark it deleted; False when it was already."""
        return await tx.execute(_DELETE, of_author=author, of_post=post_id, title=None, content="", at=at) == 1

    async def count_likes(self, tx: Transaction, post: Post, more: int) -> int:
        """Add to the likes of a locked post and return them."""
        return await tx.fetch_value(_COUNT_LIKES, of_author=post.author_id, of_post=post.id, more=more)

    async def count_comment(self, tx: Transaction, post: Post) -> int:
        """Count one more comment of a locked post and return its sequence."""
        return await tx.fetch_value(_COUNT_COMMENT, of_author=post.author_id, of_post=post.id)

    async def page(
        self,
        q: Querier,
        author: UserId,
        *,
        visibilities: Collection[Visibility],
        kinds: Collection[Kind],
        before: UUID,
        size: int,
    ) -> list[Post]:
        """An author's posts, newest first, older than the id `before`."""
        rows = await q.fetch(
            _PAGE,
            of_author=author,
            before=before,
            visibilities=[visibility.value for visibility in visibilities],
            kinds=[kind.value for kind in kinds],
            size=size,
        )
        return [post_of(row) for row in rows]


def _editable(post: Post) -> dict[str, Any]:
    return {
        "title": post.title,
        "content": post.content,
        "media_ids": list(post.media_ids),
        "visibility": post.visibility.value,
        "updated_at": post.updated_at,
    }


def post_of(row: Any) -> Post:
    """The post in a row that has FIELDS."""
    return Post(
        id=row["id"],
        author_id=row["author_id"],
        kind=Kind(row["kind"]),
        title=row["title"],
        content=row["content"],
        media_ids=tuple(row["media_ids"]),
        visibility=Visibility(row["visibility"]),
        like_count=row["like_count"],
        comment_count=row["comment_count"],
        share_count=row["share_count"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
