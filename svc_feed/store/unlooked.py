"""Texts that the present rules have not looked at."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, bindparam, case, func, null, select, update

from mesh.data import Querier, Transaction, constant, statement
from svc_feed.domain.ids import CommentId, PostId, UserId
from svc_feed.domain.safety.assessment import RULES_VERSION
from svc_feed.domain.safety.review import ContentKey
from svc_feed.domain.tally import PostKey
from svc_feed.store.tables import ALIVE, comments, posts

_p, _c = posts.c, comments.c
_PRESENT = constant(RULES_VERSION)
_SHOWN_POST = and_(ALIVE, _p.erased_at.is_(None))
_SHOWN_COMMENT = and_(_c.deleted_at.is_(None), ~_c.removed, ~_c.held)
POSTS = statement(
    select(
        _p.author_id,
        _p.id,
        case((_SHOWN_POST, func.concat_ws(constant("\n"), _p.title, _p.content)), else_=null()).label("text"),
    )
    .where(_p.looked_by < _PRESENT)
    .order_by(_p.looked_by.desc(), _p.id.desc())
    .limit(bindparam("most")),
    name="posts to look at",
)
COMMENTS = statement(
    select(
        _c.post_author_id,
        _c.post_id,
        _c.id,
        _c.author_id,
        case((_SHOWN_COMMENT, _c.content), else_=null()).label("text"),
    )
    .where(_c.looked_by < _PRESENT)
    .order_by(_c.looked_by.desc(), _c.id.desc())
    .limit(bindparam("most")),
    name="comments to look at",
)
_LOOKED_AT_POST = statement(
    update(posts)
    .where(_p.author_id == bindparam("of_author"), _p.id == bindparam("of_post"))
    .values(looked_by=_PRESENT)
)
_LOOKED_AT_COMMENT = statement(
    update(comments)
    .where(
        _c.post_author_id == bindparam("of_author"),
        _c.post_id == bindparam("of_post"),
        _c.id == bindparam("of_comment"),
    )
    .values(looked_by=_PRESENT)
)


class Unlooked(NamedTuple):
    """Content with what it says; None where it is not shown."""

    content: ContentKey
    text: str | None


class UnlookedRepository:
    """Every post and comment has the version of the rules that looked at it last."""

    async def posts(self, q: Querier, most: int) -> Sequence[Unlooked]:
        """Some of the posts that older rules looked at, or none, the newest first."""
        rows = await q.fetch(POSTS, most=most)
        return [
            Unlooked(ContentKey(UserId(author), PostKey(UserId(author), PostId(post_id))), text)
            for author, post_id, text in rows
        ]

    async def comments(self, q: Querier, most: int) -> Sequence[Unlooked]:
        """The same of comments."""
        rows = await q.fetch(COMMENTS, most=most)
        return [
            Unlooked(
                ContentKey(UserId(author), PostKey(UserId(post_author), PostId(post_id)), CommentId(comment_id)), text
            )
            for post_author, post_id, comment_id, author, text in rows
        ]

    def looked_at(self, tx: Transaction, content: ContentKey) -> None:
        """Note that the present rules looked at it; with the commit."""
        (author, post_id), comment_id = content.post, content.comment_id
        if comment_id is None:
            tx.send(_LOOKED_AT_POST, of_author=author, of_post=post_id)
        else:
            tx.send(_LOOKED_AT_COMMENT, of_author=author, of_post=post_id, of_comment=comment_id)
