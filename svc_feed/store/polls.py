"""Votes in polls: one a member and post, counted on the post."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Uuid, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import array, insert

from mesh.data import Querier, Record, Transaction, batch, by_column, constant, statement
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.poll import MOST_OPTIONS
from svc_feed.domain.tally import PostKey
from svc_feed.store.tables import poll_votes, posts

_v, _p = poll_votes.c, posts.c
_OF_POST = (_v.post_author_id == bindparam("of_author"), _v.post_id == bindparam("of_post"))
_OF_MEMBER = (*_OF_POST, _v.user_id == bindparam("of_user"))
_MORE = tuple(f"more_{option}" for option in range(MOST_OPTIONS))
_counted = batch(post_author_id=Uuid(), post_id=Uuid(), **{name: Integer() for name in _MORE})
_CHOSEN = statement(select(_v.option).where(*_OF_MEMBER))
_written = insert(poll_votes).values({column: bindparam(column.name) for column in _v})
_PUT = statement(
    _written.on_conflict_do_update(index_elements=[*poll_votes.primary_key], set_={"option": _written.excluded.option})
)
_REMOVE = statement(delete(poll_votes).where(*_OF_MEMBER))
_REMOVE_ALL = statement(delete(poll_votes).where(*_OF_POST))
_COUNT = statement(
    update(posts)
    .where(_p.author_id == _counted.c.post_author_id, _p.id == _counted.c.post_id, _p.poll_question.is_not(None))
    .values(
        poll_votes=array(
            [
                func.greatest(func.coalesce(_p.poll_votes[constant(n)], constant(0)) + _counted.c[name], constant(0))
                for n, name in enumerate(_MORE, start=1)
            ]
        )
    ),
    name="UPDATE votes",
)


class PollRepository:
    """Reads and writes votes; writers hold the post's lock, which keeps the counts exact."""

    async def chosen(self, tx: Transaction, post: PostKey, member: UserId) -> int | None:
        """The place of a member's answer."""
        return await tx.fetch_value(_CHOSEN, **_at(post), of_user=member)

    def change(
        self, tx: Transaction, post: PostKey, member: UserId, before: int | None, after: int | None, at: datetime
    ) -> None:
        """Store an answer in place of an earlier one, None for none; with the commit."""
        if after is None:
            tx.send(_REMOVE, **_at(post), of_user=member)
        else:
            key = {"post_author_id": post.author, "post_id": post.post_id, "user_id": member}
            tx.send(_PUT, **key, option=after, created_at=at)
        more = Counter[int]()
        if before is not None:
            more[before] -= 1
        if after is not None:
            more[after] += 1
        tx.send(_COUNT, **_counts({post: more}))

    async def remove_all(self, q: Querier, author: UserId, post_id: PostId) -> None:
        """Forget the votes of a deleted post."""
        await q.execute(_REMOVE_ALL, of_author=author, of_post=post_id)


async def count_off(tx: Transaction, gone: Iterable[Record]) -> None:
    """Count votes no more that an erasure deleted: `gone` are their keys with the answers."""
    fewer: dict[PostKey, Counter[int]] = {}
    for author, post_id, option in sorted((row["post_author_id"], row["post_id"], row["option"]) for row in gone):
        fewer.setdefault(PostKey(author, post_id), Counter())[option] -= 1
    await tx.execute(_COUNT, **_counts(fewer))


def _counts(more: Mapping[PostKey, Counter[int]]) -> dict[str, list[Any]]:
    rows = ((*post, *(votes[option] for option in range(MOST_OPTIONS))) for post, votes in more.items())
    return by_column(("post_author_id", "post_id", *_MORE), rows)


def _at(post: PostKey) -> dict[str, Any]:
    return {"of_author": post.author, "of_post": post.post_id}
