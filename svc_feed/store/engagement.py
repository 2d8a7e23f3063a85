"""The engagement table: one reaction a member and post."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import array, insert
from sqlalchemy.sql.selectable import TableValuedAlias

from mesh.data import Listing, Querier, Record, Transaction, batch, by_column, constant, keyset, statement
from svc_feed.domain.ids import ListId, PostId, UserId
from svc_feed.domain.post import Post
from svc_feed.domain.reaction import GivenReaction, Reaction
from svc_feed.domain.tally import PostKey, Tally, Whose
from svc_feed.domain.visibility import Visibility
from svc_feed.store.tables import ALIVE, engagement, posts

_e, _p = engagement.c, posts.c
REACTION = constant("reaction")
_OF_POST = (_e.post_author_id == bindparam("post_author_id"), _e.post_id == bindparam("post_id"))

_some = batch(post_author_id=Uuid(), post_id=Uuid())
_theirs = batch(post_author_id=Uuid(), post_id=Uuid(), user_id=Uuid())
KIND = tuple(f"{kind.value}_more" for kind in Reaction)
"""Names of what is added to the counts of each kind, in the order in which they are stored."""
_counted = batch(post_author_id=Uuid(), post_id=Uuid(), more=Integer(), **{kind: Integer() for kind in KIND})
_given = batch(post_author_id=Uuid(), post_id=Uuid(), user_id=Uuid(), reaction=Text(), created_at=_e.created_at.type)
_WHOSE = ("post_author_id", "post_id", "user_id")
_GIVEN = (*_WHOSE, "reaction", "created_at")


def added(counts: ColumnElement[Any], rows: TableValuedAlias) -> ColumnElement[Any]:
    """The counts by kind with those of KIND in `rows` added; where nobody has reacted yet there are none."""
    kept = [func.coalesce(counts[constant(n)], constant(0)) for n in range(1, len(KIND) + 1)]
    more = [rows.c[kind] for kind in KIND]
    return array([func.greatest(one + other, constant(0)) for one, other in zip(kept, more, strict=True)])


def to_add(kinds: Counter[Reaction]) -> tuple[int, ...]:
    """What is added to a count of all, and to those of each kind."""
    return kinds.total(), *(kinds[kind] for kind in Reaction)


def _the_post(rows: TableValuedAlias) -> ColumnElement[bool]:
    return and_(_p.author_id == rows.c.post_author_id, _p.id == rows.c.post_id)


_THEIRS = and_(*(_e[name] == _theirs.c[name] for name in _WHOSE), _e.type == REACTION)
_locked = (
    select(_p.id)
    .select_from(posts)
    .join(_some, _the_post(_some))
    .where(ALIVE)
    .order_by(_p.author_id, _p.id)
    .with_for_update(of=posts)
    .subquery("locked")
)
_LOCK = (
    statement(  # gives no rows, so that it travels ahead of the question, which sees what there is once it is locked
        select(func.count()).select_from(_locked).having(func.count() < constant(0)), name="LOCK posts"
    )
)
_STANDING = statement(
    select(*(_theirs.c[name] for name in _WHOSE), _p.visibility, _p.list_id, _p.like_count, _e.reaction)
    .select_from(_theirs)
    .join(posts, and_(_the_post(_theirs), ALIVE))
    .outerjoin(engagement, _THEIRS),
    name="SELECT reactions",
)
_REMOVE = statement(delete(engagement).where(_THEIRS))
_written = insert(engagement).from_select([*_GIVEN, "type"], select(*(_given.c[name] for name in _GIVEN), REACTION))
_PUT = statement(
    _written.on_conflict_do_update(  # keeps created_at, by which reactions are paged
        index_elements=[_e.post_author_id, _e.post_id, _e.user_id, _e.type],
        set_={"reaction": _written.excluded.reaction},
    )
)
COUNT = statement(
    update(posts)
    .where(_the_post(_counted))
    .values(
        like_count=func.greatest(_p.like_count + _counted.c.more, constant(0)),
        reaction_counts=added(_p.reaction_counts, _counted),
    ),
    name="UPDATE likes",
)
"""Adds to the counts of posts what `counted` makes of it."""
_REMOVE_ALL = statement(delete(engagement).where(*_OF_POST))
_KINDS = _e.reaction == any_(bindparam("reactions", type_=ARRAY(Text)))
_NEWEST_FIRST = keyset(
    select(_e.user_id, _e.reaction, _e.created_at).where(*_OF_POST, _e.type == REACTION, _KINDS),
    _e.created_at.desc(),
    _e.user_id.desc(),
)
_COUNT = statement(select(func.count()).select_from(engagement).where(*_OF_POST, _e.type == REACTION, _KINDS))


Audience = tuple[Visibility, ListId | None]
"""Whom a post was written for."""


class EngagementRepository:
    """Reads and writes reactions; writers hold the post's lock, which keeps its count exact."""

    async def lock(self, tx: Transaction, theirs: Collection[Whose]) -> Tally[PostKey, Audience]:
        """What there is of these reactions and their posts, which stay locked until the transaction ends.

        What is not shown is not found.
        """
        lock_posts(tx, {whose.post for whose in theirs})
        rows = await tx.fetch(_STANDING, **by_column(_WHOSE, ((*whose.post, whose.user_id) for whose in theirs)))
        tally = Tally[PostKey, Audience]({}, {}, {})
        for author, post_id, user_id, visibility, list_id, likes, reaction in rows:
            post = PostKey(author, post_id)
            tally.found[post], tally.counts[post] = (Visibility(visibility), list_id), likes
            if reaction is not None:
                tally.reactions[Whose(post, user_id)] = Reaction(reaction)
        return tally

    def save(self, tx: Transaction, tally: Tally[PostKey, Audience]) -> None:
        """Store what became of them, with the commit."""
        if tally.gone:
            tx.send(_REMOVE, **by_column(_WHOSE, ((*post, user_id) for post, user_id in tally.gone)))
        if tally.given:
            given = ((*post, user, reaction.value, at) for (post, user), (reaction, at) in tally.given.items())
            tx.send(_PUT, **by_column(_GIVEN, given))
        if changed := tally.changed:
            tx.send(COUNT, **counted(changed))

    async def remove_all(self, q: Querier, author: UserId, post_id: PostId) -> None:
        """Forget the reactions to a deleted post."""
        await q.execute(_REMOVE_ALL, post_author_id=author, post_id=post_id)

    def of_post(self, q: Querier, post: Post, only: Collection[Reaction]) -> Listing[GivenReaction]:
        """Reactions of some kinds, those of members who reacted last first."""
        return _NEWEST_FIRST.of(q, _reaction_in, **_of(post, only))

    async def count(self, q: Querier, post: Post, only: Collection[Reaction]) -> int:
        """How many reactions of some kinds there are."""
        return await q.fetch_value(_COUNT, **_of(post, only))


def lock_posts(tx: Transaction, keys: Collection[PostKey]) -> None:
    """Lock posts until the transaction ends, in one order, so that nobody waits for each other in a circle.

    It travels ahead of what is asked next, which sees them as they are then.
    """
    tx.send(_LOCK, **by_column(("post_author_id", "post_id"), keys))


def counted(more: Mapping[PostKey, Counter[Reaction]]) -> dict[str, list[Any]]:
    """By how much the counts of posts change, as `COUNT` takes it."""
    names = ("post_author_id", "post_id", "more", *KIND)
    return by_column(names, ((*post, *to_add(kinds)) for post, kinds in more.items()))


def _of(post: Post, only: Collection[Reaction]) -> dict[str, Any]:
    return {
        "post_author_id": post.author_id,
        "post_id": post.id,
        "reactions": [reaction.value for reaction in only],
    }


def _reaction_in(row: Record) -> GivenReaction:
    return GivenReaction(row["user_id"], Reaction(row["reaction"]), row["created_at"])
