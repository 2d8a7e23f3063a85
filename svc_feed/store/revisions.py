"""The post_revisions table: what edits replaced."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, delete, func, insert, or_, select, update

from mesh.data import Listing, Querier, Record, Transaction, constant, keyset, statement
from svc_feed.domain.ids import UserId
from svc_feed.domain.post import Post
from svc_feed.domain.revision import KEPT_REVISIONS, TOLD_EVERY, Edit, Revision, Rewritten
from svc_feed.domain.tally import PostKey
from svc_feed.store.engagement import REACTION
from svc_feed.store.tables import comments, engagement, post_revisions, posts

_r, _p, _e, _c = post_revisions.c, posts.c, engagement.c, comments.c
_OF_POST = (_r.author_id == bindparam("of_author"), _r.post_id == bindparam("of_post"))
_ADD = statement(insert(post_revisions).values({column: bindparam(column.name) for column in _r}))
_oldest_kept = (
    select(_r.revision)
    .where(*_OF_POST)
    .order_by(_r.revision.desc())
    .offset(constant(KEPT_REVISIONS - 1))
    .limit(constant(1))
    .scalar_subquery()
)
_FORGET_OLD = statement(
    delete(post_revisions).where(*_OF_POST, _r.revision < _oldest_kept), name="forget old revisions"
)
_FORGET = statement(delete(post_revisions).where(*_OF_POST))


def _after(name: str) -> Any:
    """What a text became: what the next edit of it replaced, or what the post says; null where it did not change."""
    later = post_revisions.alias(f"later_{name}")
    replaced = (
        select(later.c[name])
        .where(
            later.c.author_id == _r.author_id,
            later.c.post_id == _r.post_id,
            later.c.revision > _r.revision,
            later.c[name].is_not(None),
        )
        .order_by(later.c.revision)
        .limit(constant(1))
        .scalar_subquery()
    )
    return case((_r[name].is_not(None), func.coalesce(replaced, _p[name]))).label(f"{name}_after")


_HEAVY = 10  # edits of articles read in one statement: a megabyte each
_LISTED = keyset(
    select(_r.revision, _r.edited_at, _r.changed, _r.title, _r.content, _after("title"), _after("content"))
    .join_from(post_revisions, posts, (_p.author_id == _r.author_id) & (_p.id == _r.post_id))
    .where(*_OF_POST),
    _r.revision.desc(),
    chunk=_HEAVY,
)

_POST = (_p.author_id == bindparam("of_author"), _p.id == bindparam("of_post"))
_TELL = statement(
    update(posts)
    .where(*_POST, _p.deleted_at.is_(None), or_(_p.edits_told_at.is_(None), _p.edits_told_at <= bindparam("since")))
    .values(edits_told_at=bindparam("at")),
    name="UPDATE edits told",
)
_TOLD = statement(select(_p.edits_told_at).where(*_POST))
_REACTED = statement(
    select(_e.user_id)
    .where(_e.post_author_id == bindparam("of_author"), _e.post_id == bindparam("of_post"), _e.type == REACTION)
    .order_by(_e.created_at.desc(), _e.user_id.desc())
    .limit(bindparam("most")),
    name="SELECT who reacted last",
)
_said = (
    select(_c.author_id)
    .where(_c.post_author_id == bindparam("of_author"), _c.post_id == bindparam("of_post"), _c.deleted_at.is_(None))
    .order_by(_c.thread.desc(), _c.sequence.desc())
    .limit(bindparam("most"))
    .subquery("said")
)
_COMMENTED = statement(select(_said.c.author_id).distinct(), name="SELECT who commented last")


class RevisionRepository:
    """Reads and writes edits; writers hold the post's lock."""

    def add(self, tx: Transaction, post: Post, revision: Revision) -> None:
        """Keep what an edit replaced, and of the edits before it the latest; with the commit."""
        tx.send(
            _ADD,
            author_id=post.author_id,
            post_id=post.id,
            revision=revision.revision,
            changed=list(revision.changed),
            title=revision.title,
            content=revision.content,
            edited_at=revision.edited_at,
        )
        tx.send(_FORGET_OLD, of_author=post.author_id, of_post=post.id)

    def forget(self, tx: Transaction, post: Post) -> None:
        """Forget the edits of a post that is deleted; with the commit."""
        tx.send(_FORGET, of_author=post.author_id, of_post=post.id)

    def of_post(self, q: Querier, post: Post) -> Listing[Edit]:
        """The edits of a post, newest first."""
        return _LISTED.of(q, _edit, of_author=post.author_id, of_post=post.id)

    async def tell(self, tx: Transaction, post: PostKey, at: datetime) -> bool:
        """Note that those who answered a post are told of an edit; False when they were a moment ago, or it is gone."""
        here = {"of_author": post.author, "of_post": post.post_id}
        return await tx.execute(_TELL, **here, at=at, since=at - TOLD_EVERY) == 1

    async def was_told(self, q: Querier, post: PostKey) -> bool:
        """Whether anybody was told of an edit of a post, deleted or not."""
        return await q.fetch_value(_TOLD, of_author=post.author, of_post=post.post_id) is not None

    async def answered(self, q: Querier, post: PostKey, most: int) -> Sequence[UserId]:
        """Those who reacted to a post or commented it last, each once, its author left out; `most` of either."""
        here = {"of_author": post.author, "of_post": post.post_id, "most": most}
        found = [row[0] for asked in (_REACTED, _COMMENTED) for row in await q.fetch(asked, **here)]
        return [one for one in dict.fromkeys(found) if one != post.author]


def _edit(row: Record) -> Edit:
    title, content = (
        None if row[name] is None else Rewritten(row[name], row[f"{name}_after"] or "") for name in ("title", "content")
    )
    return Edit(row["revision"], row["edited_at"], tuple(row["changed"]), title, content)
