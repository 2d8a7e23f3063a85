"""Reactions to comments: one a member and comment."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Integer, Uuid, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Listing, Querier, Record, Transaction, batch, by_column, constant, keyset, statement
from svc_feed.domain.comment import Comment
from svc_feed.domain.ids import CommentId, PostId, UserId
from svc_feed.domain.reaction import GivenReaction, Reaction
from svc_feed.store.engagement import KIND, added, to_add
from svc_feed.store.tables import comment_reactions, comments

_r, _c = comment_reactions.c, comments.c


class CommentKey(NamedTuple):
    """A comment, found by the author of its post."""

    post_author: UserId
    post_id: PostId
    comment_id: CommentId


_KEY = ("post_author_id", "post_id", "comment_id")
_some = batch(post_author_id=Uuid(), post_id=Uuid(), comment_id=Uuid())
_counted = batch(
    post_author_id=Uuid(), post_id=Uuid(), comment_id=Uuid(), more=Integer(), **{kind: Integer() for kind in KIND}
)
_OF_COMMENT = tuple(_r[name] == bindparam(f"of_{name}") for name in _KEY)
_OF_MEMBER = (*_OF_COMMENT, _r.user_id == bindparam("of_user"))
_STANDING = statement(select(_r.reaction).where(*_OF_MEMBER))
_written = insert(comment_reactions).values({column: bindparam(column.name) for column in _r})
_PUT = statement(
    _written.on_conflict_do_update(  # keeps created_at, by which reactions are paged
        index_elements=[*comment_reactions.primary_key], set_={"reaction": _written.excluded.reaction}
    )
)
_REMOVE = statement(delete(comment_reactions).where(*_OF_MEMBER))
_FORGET = statement(delete(comment_reactions).where(*(_r[name] == _some.c[name] for name in _KEY)))
_FORGET_ALL = statement(
    delete(comment_reactions).where(_r.post_author_id == bindparam("of_author"), _r.post_id == bindparam("of_post"))
)
_COUNT = statement(
    update(comments)
    .where(
        _c.post_author_id == _counted.c.post_author_id,
        _c.post_id == _counted.c.post_id,
        _c.id == _counted.c.comment_id,
    )
    .values(
        reaction_count=func.greatest(_c.reaction_count + _counted.c.more, constant(0)),
        reaction_counts=added(_c.reaction_counts, _counted),
    ),
    name="UPDATE comments counts",
)
_NEWEST_FIRST = keyset(
    select(_r.user_id, _r.reaction, _r.created_at).where(*_OF_COMMENT), _r.created_at.desc(), _r.user_id.desc()
)


class CommentReactionRepository:
    """Reads and writes reactions; writers hold the comment's lock, which keeps its counts exact."""

    async def standing(self, tx: Transaction, comment: Comment, member: UserId) -> Reaction | None:
        """How a member reacts to a locked comment."""
        found = await tx.fetch_value(_STANDING, **_of(comment), of_user=member)
        return Reaction(found) if found else None

    def change(self, tx: Transaction, given: GivenReaction, comment: Comment, before: Reaction | None) -> None:
        """Store a reaction in place of an earlier one; with the commit."""
        tx.send(
            _PUT,
            post_author_id=comment.post_author_id,
            post_id=comment.post_id,
            comment_id=comment.id,
            user_id=given.user_id,
            reaction=given.reaction.value,
            created_at=given.at,
        )
        more = Counter({given.reaction: 1})
        if before is not None:
            more[before] -= 1
        self._count(tx, comment, more)

    def remove(self, tx: Transaction, comment: Comment, member: UserId, before: Reaction) -> None:
        """Take a reaction back; with the commit."""
        tx.send(_REMOVE, **_of(comment), of_user=member)
        self._count(tx, comment, Counter({before: -1}))

    def forget(self, tx: Transaction, comment: Comment) -> None:
        """Forget the reactions to a comment that is deleted; with the commit."""
        tx.send(_FORGET, **by_column(_KEY, [key_of(comment)]))

    async def forget_all(self, q: Querier, author: UserId, post_id: PostId) -> None:
        """Forget the reactions to the comments on a deleted post."""
        await q.execute(_FORGET_ALL, of_author=author, of_post=post_id)

    def of_comment(self, q: Querier, comment: Comment) -> Listing[GivenReaction]:
        """Those of members who reacted last first."""
        return _NEWEST_FIRST.of(q, _given, **_of(comment))

    def _count(self, tx: Transaction, comment: Comment, more: Counter[Reaction]) -> None:
        tx.send(_COUNT, **_counts({key_of(comment): more}))


def key_of(comment: Comment) -> CommentKey:
    """Where a comment is."""
    return CommentKey(comment.post_author_id, comment.post_id, comment.id)


async def count_off(tx: Transaction, gone: Iterable[Record]) -> None:
    """Count reactions no more that an erasure deleted: `gone` are their keys, and how they were."""
    fewer: dict[CommentKey, Counter[Reaction]] = {}
    for *key, reaction in sorted([row[name] for name in (*_KEY, "reaction")] for row in gone):
        fewer.setdefault(CommentKey(*key), Counter())[Reaction(reaction)] -= 1
    await tx.execute(_COUNT, **_counts(fewer))


async def forget_of(tx: Transaction, erased: Iterable[Record]) -> None:
    """Forget the reactions to comments that an erasure emptied; others' they are, and nobody sees them any more."""
    keys = [(row["post_author_id"], row["post_id"], row["id"]) for row in erased]
    await tx.execute(_FORGET, **by_column(_KEY, keys))


def _counts(more: Mapping[CommentKey, Counter[Reaction]]) -> dict[str, list[Any]]:
    return by_column((*_KEY, "more", *KIND), ((*key, *to_add(kinds)) for key, kinds in more.items()))


def _of(comment: Comment) -> dict[str, Any]:
    return {f"of_{name}": value for name, value in zip(_KEY, key_of(comment), strict=True)}


def _given(row: Record) -> GivenReaction:
    return GivenReaction(row["user_id"], Reaction(row["reaction"]), row["created_at"])
