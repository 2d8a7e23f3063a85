"""Reactions to comments: one a member and comment."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Text, Uuid, and_, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.selectable import TableValuedAlias

from mesh.data import Listing, Querier, Record, Transaction, batch, by_column, constant, keyset, statement
from svc_feed.domain.comment import Comment
from svc_feed.domain.ids import ListId, PostId, UserId
from svc_feed.domain.reaction import GivenReaction, Reaction
from svc_feed.domain.tally import CommentKey, PostKey, Tally, WhoseOnComment
from svc_feed.domain.visibility import Visibility
from svc_feed.store.comments import SEEN_FIELDS, seen_comment
from svc_feed.store.engagement import KIND, added, lock_posts, to_add
from svc_feed.store.tables import ALIVE, comment_reactions, comments, posts

_r, _c, _p = comment_reactions.c, comments.c, posts.c
_KEY = ("post_author_id", "post_id", "comment_id")
_some = batch(post_author_id=Uuid(), post_id=Uuid(), comment_id=Uuid())
_counted = batch(
    post_author_id=Uuid(), post_id=Uuid(), comment_id=Uuid(), more=Integer(), **{kind: Integer() for kind in KIND}
)
_WHOSE = (*_KEY, "user_id")
_GIVEN = (*_WHOSE, "reaction", "created_at")
_theirs = batch(post_author_id=Uuid(), post_id=Uuid(), comment_id=Uuid(), user_id=Uuid())
_given = batch(
    post_author_id=Uuid(),
    post_id=Uuid(),
    comment_id=Uuid(),
    user_id=Uuid(),
    reaction=Text(),
    created_at=_r.created_at.type,
)


def _the_comment(rows: TableValuedAlias) -> ColumnElement[bool]:
    return and_(_c.post_author_id == rows.c.post_author_id, _c.post_id == rows.c.post_id, _c.id == rows.c.comment_id)


_THEIRS = and_(*(_r[name] == _theirs.c[name] for name in _WHOSE))
_locked = (
    select(_c.id)
    .select_from(comments)
    .join(_some, _the_comment(_some))
    .order_by(_c.post_author_id, _c.post_id, _c.id)
    .with_for_update(of=comments)
    .subquery("locked")
)
_LOCK = statement(  # gives no rows, so that it travels ahead of the question, as that of the posts does
    select(func.count()).select_from(_locked).having(func.count() < constant(0)), name="LOCK comments"
)
_STANDING_OF = statement(
    select(_theirs.c.user_id, _p.visibility, _p.list_id, *SEEN_FIELDS)
    .select_from(_theirs)
    .join(posts, and_(_p.author_id == _theirs.c.post_author_id, _p.id == _theirs.c.post_id, ALIVE))
    .join(comments, _the_comment(_theirs))
    .outerjoin(comment_reactions, _THEIRS),
    name="SELECT reactions to comments",
)
_OF_COMMENT = tuple(_r[name] == bindparam(f"of_{name}") for name in _KEY)
_OF_MEMBER = (*_OF_COMMENT, _r.user_id == bindparam("of_user"))
_STANDING = statement(select(_r.reaction).where(*_OF_MEMBER))
_written = insert(comment_reactions).from_select(_GIVEN, select(*(_given.c[name] for name in _GIVEN)))
_PUT = statement(
    _written.on_conflict_do_update(  # keeps created_at, by which reactions are paged
        index_elements=[*comment_reactions.primary_key], set_={"reaction": _written.excluded.reaction}
    )
)
_REMOVE = statement(delete(comment_reactions).where(_THEIRS))
_FORGET = statement(delete(comment_reactions).where(*(_r[name] == _some.c[name] for name in _KEY)))
_FORGET_ALL = statement(
    delete(comment_reactions).where(_r.post_author_id == bindparam("of_author"), _r.post_id == bindparam("of_post"))
)
_COUNT = statement(
    update(comments)
    .where(_the_comment(_counted))
    .values(
        reaction_count=func.greatest(_c.reaction_count + _counted.c.more, constant(0)),
        reaction_counts=added(_c.reaction_counts, _counted),
    ),
    name="UPDATE comments counts",
)
_NEWEST_FIRST = keyset(
    select(_r.user_id, _r.reaction, _r.created_at).where(*_OF_COMMENT), _r.created_at.desc(), _r.user_id.desc()
)


class Answered(NamedTuple):
    """A comment as a reaction sees it, and for whom its post is."""

    visibility: Visibility
    list_id: ListId | None
    comment: Comment


class CommentReactionRepository:
    """Reads and writes reactions; writers hold the comment's lock, which keeps its counts exact."""

    async def standing(self, tx: Transaction, comment: Comment, member: UserId) -> Reaction | None:
        """How a member reacts to a locked comment."""
        found = await tx.fetch_value(_STANDING, **_of(comment), of_user=member)
        return Reaction(found) if found else None

    async def lock(self, tx: Transaction, theirs: Collection[WhoseOnComment]) -> Tally[CommentKey, Answered]:
        """What there is of these reactions and their comments, which stay locked with their posts.

        What is on a post that is not shown is not found.
        """
        keys = {whose.comment for whose in theirs}
        lock_posts(tx, {PostKey(key.post_author, key.post_id) for key in keys})
        tx.send(_LOCK, **by_column(_KEY, keys))
        rows = await tx.fetch(_STANDING_OF, **by_column(_WHOSE, ((*key, user_id) for key, user_id in theirs)))
        tally = Tally[CommentKey, Answered]({}, {}, {})
        for row in rows:
            comment, reaction, _ = seen_comment(row)
            key = key_of(comment)
            tally.found[key] = Answered(Visibility(row["visibility"]), row["list_id"], comment)
            tally.counts[key] = comment.reaction_count
            if reaction is not None:
                tally.reactions[key, row["user_id"]] = reaction
        return tally

    def save(self, tx: Transaction, tally: Tally[CommentKey, Answered]) -> None:
        """Store what became of them, with the commit."""
        if tally.gone:
            tx.send(_REMOVE, **by_column(_WHOSE, ((*key, user_id) for key, user_id in tally.gone)))
        if tally.given:
            given = ((*key, user, reaction.value, at) for (key, user), (reaction, at) in tally.given.items())
            tx.send(_PUT, **by_column(_GIVEN, given))
        if changed := tally.changed:
            tx.send(_COUNT, **_counts(changed))

    def forget(self, tx: Transaction, comment: Comment) -> None:
        """Forget the reactions to a comment that is deleted; with the commit."""
        tx.send(_FORGET, **by_column(_KEY, [key_of(comment)]))

    async def forget_all(self, q: Querier, author: UserId, post_id: PostId) -> None:
        """Forget the reactions to the comments on a deleted post."""
        await q.execute(_FORGET_ALL, of_author=author, of_post=post_id)

    def of_comment(self, q: Querier, comment: Comment) -> Listing[GivenReaction]:
        """Those of members who reacted last first."""
        return _NEWEST_FIRST.of(q, _reaction_in, **_of(comment))


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


def _reaction_in(row: Record) -> GivenReaction:
    return GivenReaction(row["user_id"], Reaction(row["reaction"]), row["created_at"])
