"""The engagement table: one reaction a member and post."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Text, any_, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Listing, Querier, Record, Transaction, constant, keyset, statement
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Post
from svc_feed.domain.reaction import GivenReaction, Reaction
from svc_feed.store.tables import engagement

_e = engagement.c
REACTION = constant("reaction")
_OF_POST = (_e.post_author_id == bindparam("post_author_id"), _e.post_id == bindparam("post_id"))
_ONE = (*_OF_POST, _e.user_id == bindparam("user_id"), _e.type == REACTION)

_FIND = statement(select(_e.reaction).where(*_ONE))
_written = insert(engagement).values(
    post_author_id=bindparam("post_author_id"),
    post_id=bindparam("post_id"),
    user_id=bindparam("user_id"),
    type=REACTION,
    reaction=bindparam("reaction"),
    created_at=bindparam("at"),
)
_PUT = statement(
    _written.on_conflict_do_update(  # keeps created_at, by which reactions are paged
        index_elements=[_e.post_author_id, _e.post_id, _e.user_id, _e.type],
        set_={"reaction": _written.excluded.reaction},
    )
)
_REMOVE = statement(delete(engagement).where(*_ONE))
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

    async def find(self, q: Querier, post: Post, user_id: UserId) -> Reaction | None:
        """A member's reaction to a post."""
        found = await q.fetch_value(_FIND, post_author_id=post.author_id, post_id=post.id, user_id=user_id)
        return Reaction(found) if found else None

    async def put(self, tx: Transaction, post: Post, user_id: UserId, reaction: Reaction | None, at: datetime) -> None:
        """Store a reaction, in place of an earlier one and with its time; None takes it back."""
        whose = {"post_author_id": post.author_id, "post_id": post.id, "user_id": user_id}
        if reaction is None:
            await tx.execute(_REMOVE, **whose)
        else:
            await tx.execute(_PUT, **whose, reaction=reaction.value, at=at)

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
