"""The comments table, thread by thread in the order of commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Uuid, and_, bindparam, delete, insert, null, or_, select, update

from mesh.data import Keyset, Listing, Querier, Record, Transaction, constant, keyset, statement
from svc_feed.domain.comment import Comment, CommentOrder, SeenComment
from svc_feed.domain.ids import CommentId, DecisionId, PostId, UserId
from svc_feed.domain.post import Post
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.safety.assessment import RULES_VERSION
from svc_feed.store.mentions import NAMES as MENTIONS
from svc_feed.store.mentions import columns_of, mentions_in
from svc_feed.store.tables import comment_reactions, comments

_c, _r = comments.c, comment_reactions.c
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
    _c.deleted_at,
    _c.removed,
    _c.moderated_at,
    _c.reaction_count,
    _c.reaction_counts,
    _c.edited_at,
    _c.revision,
    _c.hidden,
    _c.decision_id,
    _c.held,
    _c.held_for,
    _c.mentioned_ids,
    _c.mention_spans,
)
_KEPT = _c.deleted_at.is_(None)
_SHOWN = and_(_KEPT, ~_c.removed, ~_c.held)
SEEN_FIELDS = (*_FIELDS, _r.reaction)


def reacted_to(viewer: ColumnElement[Any]) -> FromClause:
    """The comments with how a viewer reacts to them, for SEEN_FIELDS."""
    return comments.outerjoin(
        comment_reactions,
        and_(
            _r.post_author_id == _c.post_author_id,
            _r.post_id == _c.post_id,
            _r.comment_id == _c.id,
            _r.user_id == viewer,
        ),
    )


_viewer = bindparam("viewer", type_=Uuid())
_listed = (
    select(*SEEN_FIELDS)
    .select_from(reacted_to(_viewer))
    .where(*_OF_POST, or_(_SHOWN, _c.reply_count > constant(0), and_(_KEPT, _c.author_id == _viewer)))
)
_begun = _listed.where(_c.parent_id.is_(None))
_answers = (_c.reaction_count + _c.reply_count).label("answers")

_FIND = statement(select(*_FIELDS).where(*_ONE))
_LOCK = statement(select(*_FIELDS).where(*_ONE).with_for_update())
_INSERT = statement(
    insert(comments)
    .values({column: bindparam(column.name) for column in _FIELDS})
    .values(looked_by=constant(RULES_VERSION))
)
_DELETE = statement(
    update(comments)
    .where(*_ONE)
    .values(content=bindparam("content"), deleted_at=bindparam("at"), **dict.fromkeys(MENTIONS, null()))
)
_MODERATE = statement(
    update(comments)
    .where(*_ONE)
    .values(removed=bindparam("removed"), moderated_at=bindparam("at"), decision_id=bindparam("decision"))
    .values(held=constant(False))
)
_JUDGE = statement(
    update(comments)
    .where(*_ONE)
    .values({name: bindparam(name) for name in ("held", "removed", "held_for", "decision_id")})
    .values(moderated_at=bindparam("at"))
)
_COUNT_REPLY = statement(update(comments).where(*_ONE).values(reply_count=_c.reply_count + bindparam("more")))
_EDIT = statement(
    update(comments)
    .where(*_ONE)
    .values(content=bindparam("content"), edited_at=bindparam("at"), revision=bindparam("revision"))
    .values({name: bindparam(name) for name in MENTIONS})
)
_HIDE = statement(update(comments).where(*_ONE).values(hidden=bindparam("hidden")))
_ORDERS: Mapping[CommentOrder, Keyset] = {
    CommentOrder.THREADS: keyset(_listed, _c.thread, _c.sequence),
    CommentOrder.NEWEST: keyset(_begun, _c.thread.desc(), _c.sequence.desc()),
    CommentOrder.RELEVANT: keyset(
        _begun.add_columns(_answers), _answers.desc(), _c.thread.desc(), _c.sequence.desc(), rising=True
    ),
}
_REPLIES = keyset(
    _listed.where(_c.parent_id == bindparam("of_parent"), _c.thread == bindparam("of_thread")), _c.sequence
)
_REMOVE_ALL = statement(delete(comments).where(*_OF_POST))


class CommentRepository:
    """Reads and writes comments; writers hold the post's lock, which hands out the sequence.

    An erasure holds those of the comments alone that it empties, and the post's where its counts change. A comment that
    was deleted or taken down, or is held, is listed as long as it has replies; for its author, unless it was deleted.
    """

    async def find(self, q: Querier, post: Post, comment_id: CommentId) -> Comment | None:
        """One comment of a post, deleted or not."""
        row = await q.fetch_one(_FIND, of_author=post.author_id, of_post=post.id, of_comment=comment_id)
        return _comment(row) if row else None

    async def lock(self, tx: Transaction, post: Post, comment_id: CommentId) -> Comment | None:
        """The same, as no erasure changes it before the transaction ends."""
        row = await tx.fetch_one(_LOCK, of_author=post.author_id, of_post=post.id, of_comment=comment_id)
        return _comment(row) if row else None

    def add(self, tx: Transaction, comment: Comment) -> None:
        """Store a comment, counting it as a reply of its parent; with the commit."""
        stored = {column.name: getattr(comment, column.name) for column in _FIELDS if column.name not in MENTIONS}
        stored["reaction_counts"] = list(comment.reaction_counts)
        tx.send(_INSERT, **stored, **columns_of(comment.mentions))
        self._count_reply(tx, comment, int(comment.shown))

    def delete(self, tx: Transaction, comment: Comment, at: datetime) -> None:
        """Empty a comment; one that is shown is no reply of its parent any more. With the commit."""
        tx.send(
            _DELETE,
            of_author=comment.post_author_id,
            of_post=comment.post_id,
            of_comment=comment.id,
            content="",
            at=at,
        )
        if comment.shown:
            self._count_reply(tx, comment, -1)

    def moderate(
        self, tx: Transaction, comment: Comment, *, removed: bool, at: datetime, decision: DecisionId | None
    ) -> None:
        """Take a comment down by a decision or show it again, as decided at `at`; its parent counts what changed."""
        tx.send(
            _MODERATE,
            of_author=comment.post_author_id,
            of_post=comment.post_id,
            of_comment=comment.id,
            removed=removed,
            at=at,
            decision=decision,
        )
        self._count_reply(tx, comment, comment.counts_more(removed=removed))

    def judge(self, tx: Transaction, comment: Comment, at: datetime) -> None:
        """Keep back one that is shown, for what was found in it; its parent counts it no more. With the commit."""
        state = {name: getattr(comment, name) for name in ("held", "removed", "held_for", "decision_id")}
        tx.send(_JUDGE, **_at(comment), **state, at=at)
        self._count_reply(tx, comment, -1)

    def edit(self, tx: Transaction, comment: Comment) -> None:
        """Store what its author changed; with the commit."""
        changed = {"content": comment.content, "at": comment.edited_at, "revision": comment.revision}
        tx.send(_EDIT, **_at(comment), **changed, **columns_of(comment.mentions))

    def hide(self, tx: Transaction, comment: Comment) -> None:
        """Store whether the post's author hides it; with the commit."""
        tx.send(_HIDE, **_at(comment), hidden=comment.hidden)

    def of_post(self, q: Querier, post: Post, order: CommentOrder, viewer: UserId) -> Listing[SeenComment]:
        """All comments thread by thread, or those on the post itself; with how the viewer reacts to them."""
        return _ORDERS[order].of(q, seen_comment, of_author=post.author_id, of_post=post.id, viewer=viewer)

    def replies(self, q: Querier, parent: Comment, viewer: UserId) -> Listing[SeenComment]:
        """Direct replies in order, with how the viewer reacts to them."""
        return _REPLIES.of(
            q,
            seen_comment,
            viewer=viewer,
            of_author=parent.post_author_id,
            of_post=parent.post_id,
            of_parent=parent.id,
            of_thread=parent.thread,
        )

    async def remove_all(self, q: Querier, author: UserId, post_id: PostId) -> None:
        """Forget the comments on a deleted post."""
        await q.execute(_REMOVE_ALL, of_author=author, of_post=post_id)

    def _count_reply(self, tx: Transaction, comment: Comment, more: int) -> None:
        if comment.parent_id is not None and more:
            tx.send(
                _COUNT_REPLY,
                of_author=comment.post_author_id,
                of_post=comment.post_id,
                of_comment=comment.parent_id,
                more=more,
            )


def _at(comment: Comment) -> dict[str, UUID]:
    return {"of_author": comment.post_author_id, "of_post": comment.post_id, "of_comment": comment.id}


def _comment(row: Record) -> Comment:
    fields: dict[str, Any] = {column.name: row[column.name] for column in _FIELDS if column.name not in MENTIONS}
    fields["reaction_counts"] = tuple(row["reaction_counts"])
    return Comment(**fields, mentions=mentions_in(row["mentioned_ids"], row["mention_spans"]))


def seen_comment(row: Record) -> SeenComment:
    """The comment in a row that has SEEN_FIELDS."""
    return SeenComment(_comment(row), Reaction(row["reaction"]) if row["reaction"] else None)
