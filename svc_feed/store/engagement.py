"""The engagement table: one reaction a member and post."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, CTE, ColumnElement, Text, any_, bindparam, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Listing, Querier, Record, Statement, Transaction, constant, keyset, statement
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Post
from svc_feed.domain.reaction import GivenReaction, Reaction
from svc_feed.store.tables import engagement, posts

_e, _p = engagement.c, posts.c
REACTION = constant("reaction")
_OF_POST = (_e.post_author_id == bindparam("post_author_id"), _e.post_id == bindparam("post_id"))
_ONE = (*_OF_POST, _e.user_id == bindparam("user_id"), _e.type == REACTION)

_LIKED_POST = (_p.author_id == bindparam("post_author_id"), _p.id == bindparam("post_id"))
_before = select(_e.reaction).where(*_ONE).cte("before")
_written = insert(engagement).values(
    post_author_id=bindparam("post_author_id"),
    post_id=bindparam("post_id"),
    user_id=bindparam("user_id"),
    type=REACTION,
    reaction=bindparam("reaction"),
    created_at=bindparam("at"),
)
_put = _written.on_conflict_do_update(  # keeps created_at, by which reactions are paged
    index_elements=[_e.post_author_id, _e.post_id, _e.user_id, _e.type],
    set_={"reaction": _written.excluded.reaction},
    where=_e.reaction != _written.excluded.reaction,
).cte("put")
_gone = delete(engagement).where(*_ONE).returning(_e.reaction).cte("before")


def _changed(before: CTE, more: int, *, counts: ColumnElement[bool], also: Sequence[CTE] = ()) -> Statement:
    """What was there before and the post's count afterwards, which changes by `more` where `counts`."""
    counted = (
        update(posts)
        .where(*_LIKED_POST, counts)
        .values(like_count=_p.like_count + constant(more))
        .returning(_p.like_count)
        .cte("counted")
    )
    answer = select(
        select(before.c.reaction).scalar_subquery().label("previous"),
        select(counted.c.like_count).scalar_subquery().label("likes"),
    )
    return statement(answer.add_cte(*also), name="SELECT reaction changed")


_PUT = _changed(_before, 1, counts=~exists(select(_before.c.reaction)), also=[_put])
_REMOVE = _changed(_gone, -1, counts=exists(select(_gone.c.reaction)))
_REMOVE_ALL = statement(delete(engagement).where(*_OF_POST))
_KINDS = _e.reaction == any_(bindparam("reactions", type_=ARRAY(Text)))
_NEWEST_FIRST = keyset(
    select(_e.user_id, _e.reaction, _e.created_at).where(*_OF_POST, _e.type == REACTION, _KINDS),
    _e.created_at.desc(),
    _e.user_id.desc(),
)
_COUNT = statement(select(func.count()).select_from(engagement).where(*_OF_POST, _e.type == REACTION, _KINDS))


class EngagementRepository:
    """Reads and writes reactions; writers hold the post's lock, which keeps its count exact."""

    async def change(
        self, tx: Transaction, post: Post, user_id: UserId, reaction: Reaction | None, at: datetime
    ) -> tuple[Reaction | None, int]:
        """Store a reaction to a locked post, in place of an earlier one and with its time; None takes it back.

        Returns the earlier one and the post's count afterwards. All is done by one statement: since the post is locked,
        what it sees is what there is.
        """
        whose = {"post_author_id": post.author_id, "post_id": post.id, "user_id": user_id}
        if reaction is None:
            row = await tx.fetch_one(_REMOVE, **whose)
        else:
            row = await tx.fetch_one(_PUT, **whose, reaction=reaction.value, at=at)
        previous, likes = row or (None, None)
        return Reaction(previous) if previous else None, post.like_count if likes is None else likes

    async def remove_all(self, q: Querier, author: UserId, post_id: PostId) -> None:
        """Forget the reactions to a deleted post."""
        await q.execute(_REMOVE_ALL, post_author_id=author, post_id=post_id)

    def of_post(self, q: Querier, post: Post, only: Collection[Reaction]) -> Listing[GivenReaction]:
        """Reactions of some kinds, those of members who reacted last first."""
        return _NEWEST_FIRST.of(q, _given, **_of(post, only))

    async def count(self, q: Querier, post: Post, only: Collection[Reaction]) -> int:
        """How many reactions of some kinds there are."""
        return await q.fetch_value(_COUNT, **_of(post, only))


def _of(post: Post, only: Collection[Reaction]) -> dict[str, Any]:
    return {
        "post_author_id": post.author_id,
        "post_id": post.id,
        "reactions": [reaction.value for reaction in only],
    }


def _given(row: Record) -> GivenReaction:
    return GivenReaction(row["user_id"], Reaction(row["reaction"]), row["created_at"])
