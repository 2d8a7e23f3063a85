"""The engagement table: one reaction a member and post."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, Transaction, constant, statement
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
    _written.on_conflict_do_update(
        index_elements=[_e.post_author_id, _e.post_id, _e.user_id, _e.type],
        set_={"reaction": _written.excluded.reaction, "created_at": _written.excluded.created_at},
    )
)
_OF_VIEWER = statement(
    select(_e.post_id, _e.reaction).where(
        _e.post_author_id == bindparam("post_author_id"),
        _e.user_id == bindparam("user_id"),
        _e.post_id == any_(bindparam("post_ids", type_=ARRAY(Uuid))),
        _e.type == REACTION,
    )
)
_REMOVE = statement(delete(engagement).where(*_ONE))
_REMOVE_ALL = statement(delete(engagement).where(*_OF_POST))
_KINDS = _e.reaction == any_(bindparam("reactions", type_=ARRAY(Text)))
_LISTED = select(_e.user_id, _e.reaction, _e.created_at).where(*_OF_POST, _e.type == REACTION, _KINDS)
_NEWEST_FIRST = (_e.created_at.desc(), _e.user_id.desc())
_FIRST_PAGE = statement(_LISTED.order_by(*_NEWEST_FIRST).limit(bindparam("size")))
_NEXT_PAGE = statement(
    _LISTED.where(tuple_(_e.created_at, _e.user_id) < tuple_(bindparam("after_at"), bindparam("after_id")))
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("size"))
)
_COUNT = statement(select(func.count()).select_from(engagement).where(*_OF_POST, _e.type == REACTION, _KINDS))


class EngagementRepository:
    """Reads and writes reactions; writers hold the post's lock, which keeps its count exact."""

    async def find(self, q: Querier, post: Post, user_id: UserId) -> Reaction | None:
        """A member's reaction to a post."""
        found = await q.fetch_value(_FIND, post_author_id=post.author_id, post_id=post.id, user_id=user_id)
        return Reaction(found) if found else None

    async def of_viewer(
        self, q: Querier, author: UserId, posts: Sequence[Post], user_id: UserId
    ) -> dict[PostId, Reaction]:
        """A member's reactions to posts of one author, by post."""
        rows = await q.fetch(_OF_VIEWER, post_author_id=author, user_id=user_id, post_ids=[post.id for post in posts])
        return {row["post_id"]: Reaction(row["reaction"]) for row in rows}

    async def put(self, tx: Transaction, post: Post, user_id: UserId, reaction: Reaction, at: datetime) -> None:
        """Store a reaction in place of an earlier one."""
        await tx.execute(
            _PUT,
            post_author_id=post.author_id,
            post_id=post.id,
            user_id=user_id,
            reaction=reaction.value,
            at=at,
        )

    async def remove(self, tx: Transaction, post: Post, user_id: UserId) -> None:
        """Take a reaction back."""
        await tx.execute(_REMOVE, post_author_id=post.author_id, post_id=post.id, user_id=user_id)

    async def remove_all(self, q: Querier, author: UserId, post_id: PostId) -> None:
        """Forget the reactions to a deleted post."""
        await q.execute(_REMOVE_ALL, post_author_id=author, post_id=post_id)

    async def page(
        self, q: Querier, post: Post, *, only: Collection[Reaction], size: int, after: tuple[datetime, UUID] | None
    ) -> list[GivenReaction]:
        """Reactions, newest first, behind the keyset cursor `after` (created_at, user_id)."""
        wanted = {"post_author_id": post.author_id, "post_id": post.id, "reactions": _names(only), "size": size}
        if after is None:
            rows = await q.fetch(_FIRST_PAGE, **wanted)
        else:
            rows = await q.fetch(_NEXT_PAGE, **wanted, after_at=after[0], after_id=after[1])
        return [GivenReaction(row["user_id"], Reaction(row["reaction"]), row["created_at"]) for row in rows]

    async def count(self, q: Querier, post: Post, *, only: Collection[Reaction]) -> int:
        """How many reactions of one kind, or of all, there are."""
        return await q.fetch_value(_COUNT, post_author_id=post.author_id, post_id=post.id, reactions=_names(only))


def _names(only: Collection[Reaction]) -> list[str]:
    return [reaction.value for reaction in only]
