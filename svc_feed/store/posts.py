"""The posts table with its index by id."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from mesh.data import Listing, Querier, Record, Transaction, constant, keyset, statement
from svc_feed.domain.answers import AnswerAudience
from svc_feed.domain.ids import CompanyId, DecisionId, PostId, UserId
from svc_feed.domain.item import Own, Seen
from svc_feed.domain.poll import Poll
from svc_feed.domain.post import Kind, Post
from svc_feed.domain.post_query import SEARCHABLE_BY
from svc_feed.domain.post_status import PostStatus
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.safety.assessment import RULES_VERSION
from svc_feed.domain.visibility import Shown, Visibility
from svc_feed.store.engagement import REACTION
from svc_feed.store.mentions import NAMES as MENTIONS
from svc_feed.store.mentions import columns_of, mentions_in
from svc_feed.store.tables import ALIVE, bookmarks, engagement, poll_votes, post_index, posts

Count = Literal["comment_count", "share_count"]
"""Columns that tell how often a post was answered, other than by reactions, whose repository counts them."""

_p, _e, _b, _v = posts.c, engagement.c, bookmarks.c, poll_votes.c
FIELDS = (
    _p.id,
    _p.author_id,
    _p.kind,
    _p.title,
    _p.content,
    _p.media_ids,
    _p.visibility,
    _p.like_count,
    _p.reaction_counts,
    _p.comment_count,
    _p.share_count,
    _p.created_at,
    _p.updated_at,
    _p.revision,
    _p.shared_post_id,
    _p.shared_author_id,
    _p.detached_from,
    _p.list_id,
    _p.comment_audience,
    _p.quote_audience,
    _p.poll_question,
    _p.poll_options,
    _p.poll_ends_at,
    _p.poll_votes,
    _p.edited_at,
    _p.mentioned_ids,
    _p.mention_spans,
    _p.cover_media_id,
    _p.excerpt,
    _p.reading_minutes,
    _p.company_id,
    _p.limited_for,
)
_STATE = (_p.held, _p.removed, _p.erased_at, _p.decision_id, _p.held_for)
"""What becomes of a post: for statements that find more than what is shown."""
_KEPT = _p.deleted_at.is_(None)
_PLACE = (_p.author_id == bindparam("of_author"), _p.id == bindparam("of_post"))
_ONE, _ONE_KEPT = (*_PLACE, ALIVE), (*_PLACE, _KEPT)
_SHOWN = or_(
    _p.visibility == any_(bindparam("shown", type_=ARRAY(Text))),
    _p.list_id == any_(bindparam("lists", type_=ARRAY(Uuid))),
)


OWN = (_e.reaction, _b.user_id.is_not(None).label("bookmarked"), _v.option)
"""What the viewer did with a post, of a source that `with_own` made."""


def with_own(
    source: FromClause,
    viewer: ColumnElement[Any],
    author: ColumnElement[Any] = _p.author_id,
    post: ColumnElement[Any] = _p.id,
) -> FromClause:
    """Join the viewer's reactions, bookmarks and votes to a source of posts.

    Where the viewer is a column the key has to come from the same table: PostgreSQL looks a row up by columns of one
    table, and would otherwise read all that anybody did with a post, and throw away what is not the viewer's.
    """
    reacted = source.outerjoin(
        engagement,
        and_(_e.post_author_id == author, _e.post_id == post, _e.user_id == viewer, _e.type == REACTION),
    )
    kept = reacted.outerjoin(bookmarks, and_(_b.post_author_id == author, _b.post_id == post, _b.user_id == viewer))
    asked = _p.poll_ends_at.is_not(None)
    return kept.outerjoin(
        poll_votes, and_(asked, _v.post_author_id == author, _v.post_id == post, _v.user_id == viewer)
    )


_seen = select(*FIELDS, *_STATE, *OWN).select_from(with_own(posts, bindparam("viewer", type_=Uuid())))
_EDITED = (
    *("title", "content", "media_ids", "visibility", "list_id", "comment_audience", "quote_audience"),
    *("updated_at", "revision", "edited_at", "cover_media_id", "excerpt", "reading_minutes", *MENTIONS),
)
_POLL = ("poll_question", "poll_options", "poll_ends_at")
_ADDED = (*_POLL, "author_id", "company_id", "id", "kind", "created_at", "shared_post_id", "shared_author_id", *_EDITED)

_BY_RULES = {"searchable_by": constant(SEARCHABLE_BY), "looked_by": constant(RULES_VERSION)}
_INSERT = statement(insert(posts).values({name: bindparam(name) for name in _ADDED} | _BY_RULES))
_INDEX = statement(insert(post_index).values({column: bindparam(column.name) for column in post_index.c}))
_AUTHORS = statement(
    select(post_index.c.id, post_index.c.author_id).where(post_index.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
)
_BY = statement(select(post_index.c.author_id, post_index.c.company_id).where(post_index.c.id == bindparam("post_id")))
_PUBLIC_ONCE = and_(_p.erased_at.is_not(None), _p.visibility == constant(Visibility.PUBLIC.value))
_shown_once = or_(_SHOWN, _PUBLIC_ONCE)  # nobody is left to ask who may see an erased post
_FIND = statement(_seen.where(*_ONE, _shown_once))
_FIND_KEPT = statement(_seen.where(*_ONE_KEPT, _shown_once))
_LOCK = statement(select(*FIELDS).where(*_ONE, _SHOWN).with_for_update())
_LOCK_KEPT = statement(select(*FIELDS, *_STATE).where(*_ONE_KEPT).with_for_update())
_MODERATE = statement(
    update(posts)
    .where(*_ONE_KEPT, or_(_p.moderated_at.is_(None), _p.moderated_at < bindparam("at")))
    .values(removed=bindparam("removed"), moderated_at=bindparam("at"), decision_id=bindparam("decision"))
    .values(held=constant(False))
)
_JUDGE = statement(
    update(posts)
    .where(*_ONE_KEPT)
    .values({name: bindparam(name) for name in ("held", "removed", "held_for", "decision_id", "limited_for")})
    .values(moderated_at=bindparam("at"), announced=bindparam("was_announced"))
)
_ANNOUNCE = statement(update(posts).where(*_ONE_KEPT, ~_p.announced).values(announced=constant(True)))
_SAVE = statement(update(posts).where(*_ONE).values({name: bindparam(name) for name in _EDITED}))
_DELETE = statement(
    update(posts)
    .where(*_ONE_KEPT)
    .values(title=bindparam("title"), content=bindparam("content"), deleted_at=bindparam("at"))
    .values(poll_question=null(), poll_options=null(), poll_ends_at=null(), poll_votes=null())
    .values(dict.fromkeys(MENTIONS, null()))
)
_CARRIES = statement(select(func.coalesce(_p.shared_post_id, _p.detached_from), _p.announced).where(*_PLACE))
_DETACH = statement(
    update(posts)
    .where(*_ONE_KEPT)
    .values({name: bindparam(name) for name in ("detached_from", "updated_at", "revision")})
    .values(shared_post_id=null(), shared_author_id=null())
)
_COUNT = {
    name: statement(update(posts).where(*_ONE_KEPT).values({name: _p[name] + bindparam("more")}))
    for name in get_args(Count)
}
_NEXT_COMMENT = statement(
    update(posts)
    .where(*_ONE)
    .values(comment_count=_p.comment_count + constant(1), comment_sequence=_p.comment_sequence + constant(1))
    .returning(_p.comment_sequence)
)
_HEAVY = 20  # articles read in one statement: half a megabyte each
_OF_AUTHOR = keyset(
    _seen.where(
        _p.author_id == bindparam("of_author"),
        _p.company_id.is_(None),
        _SHOWN,
        _p.kind == any_(bindparam("kinds", type_=ARRAY(Text))),
        _KEPT,
        or_(ALIVE, _p.author_id == bindparam("viewer", type_=Uuid())),
    ),
    _p.id.desc(),
    chunk=_HEAVY,
)
OF_COMPANY = keyset(
    _seen.where(_p.company_id == bindparam("of_company", type_=Uuid()), ALIVE), _p.id.desc(), name="posts of a company"
)
_SHARES_OF = (_p.shared_author_id == bindparam("of_author"), _p.shared_post_id == bindparam("of_post"), ALIVE)
_SHARES = keyset(_seen.where(*_SHARES_OF), _p.id.desc())
_COUNT_SHARES = statement(select(func.count()).select_from(posts).where(*_SHARES_OF))
_COUNTED = 10_000  # shares that are counted one by one: some ten milliseconds
STREAMED = keyset(select(*FIELDS).where(ALIVE, _p.erased_at.is_(None)), _p.author_id, _p.id, chunk=_HEAVY)


class By(NamedTuple):
    """Who wrote a post, and in which company's name."""

    author: UserId
    company: CompanyId | None = None


class PostRepository:
    """Loads, locks and saves posts; deleted ones are not found, nor those kept back, but for their authors where asked.

    Whoever asks says which visibilities are shown: a hidden post is looked for exactly as one that is not there.
    """

    async def author_of(self, q: Querier, post_id: PostId) -> UserId | None:
        """Who wrote a post, deleted or not."""
        by = await self.by(q, post_id)
        return by and by.author

    async def by(self, q: Querier, post_id: PostId) -> By | None:
        """Who wrote a post and in whose name, deleted or not."""
        row = await q.fetch_one(_BY, post_id=post_id)
        return By(*row) if row else None

    async def authors_of(self, q: Querier, post_ids: Collection[PostId]) -> dict[PostId, UserId]:
        """Who wrote posts, deleted or not."""
        return {row["id"]: row["author_id"] for row in await q.fetch(_AUTHORS, ids=[*post_ids])}

    async def find(
        self, q: Querier, author: UserId, post_id: PostId, *, shown: Shown, viewer: UserId, kept_back: bool = False
    ) -> Seen | None:
        """One post with the viewer's reaction, or the empty place of one that was public.

        Whether or not moderation keeps it from others, if it may be `kept_back`.
        """
        find = _FIND_KEPT if kept_back else _FIND
        row = await q.fetch_one(find, of_author=author, of_post=post_id, **_asked(shown), viewer=viewer)
        return seen_of(row) if row else None

    async def lock(self, tx: Transaction, author: UserId, post_id: PostId, *, shown: Shown) -> Post | None:
        """One post, locked until the transaction ends: its counts change under this lock."""
        row = await tx.fetch_one(_LOCK, of_author=author, of_post=post_id, **_asked(shown))
        return post_of(row) if row else None

    async def lock_kept(self, tx: Transaction, author: UserId, post_id: PostId) -> Post | None:
        """One post, whether moderation took it down or not, locked until the transaction ends."""
        row = await tx.fetch_one(_LOCK_KEPT, of_author=author, of_post=post_id)
        return post_of(row) if row else None

    async def moderate(
        self,
        q: Querier,
        author: UserId,
        post_id: PostId,
        *,
        removed: bool,
        at: datetime,
        decision: DecisionId | None = None,
    ) -> bool:
        """Take a post down by a decision, or show it again, as decided at `at`; False when a later one holds."""
        here = {"of_author": author, "of_post": post_id}
        return await q.execute(_MODERATE, **here, removed=removed, at=at, decision=decision) == 1

    def judge(self, tx: Transaction, post: Post, at: datetime, *, announced: bool) -> None:
        """Store what was found in a post, and whether others know of it; with the commit."""
        state = {"held": post.status is PostStatus.HELD, "removed": post.status is PostStatus.REMOVED}
        why = {"held_for": post.held_for, "decision_id": post.decision_id, "limited_for": post.limited_for}
        here = {"of_author": post.author_id, "of_post": post.id}
        tx.send(_JUDGE, **here, **state, **why, at=at, was_announced=announced)

    async def announced(self, tx: Transaction, post: Post) -> bool:
        """Whether others knew of a post before; from now on they do."""
        return await tx.execute(_ANNOUNCE, of_author=post.author_id, of_post=post.id) == 0

    def add(self, tx: Transaction, post: Post) -> None:
        """Store a new post and who wrote it; with the commit, as all that answers nothing."""
        fixed = {name: getattr(post, name) for name in _ADDED if name not in {*_EDITED, *_POLL}} | _asking(post)
        tx.send(_INSERT, **fixed | {"kind": post.kind.value}, **_editable(post))
        tx.send(_INDEX, id=post.id, author_id=post.author_id, company_id=post.company_id)

    def save(self, tx: Transaction, post: Post) -> None:
        """Store what an author changed."""
        tx.send(_SAVE, of_author=post.author_id, of_post=post.id, **_editable(post))

    async def carries(self, q: Querier, author: UserId, post_id: PostId) -> tuple[PostId | None, bool]:
        """What a post shares, or shared before that was taken out, deleted or not; and whether it counts as a share."""
        row = await q.fetch_one(_CARRIES, of_author=author, of_post=post_id)
        return (row[0], row[1]) if row else (None, False)

    def detach(self, tx: Transaction, share: Post) -> None:
        """Store that a share goes on without what it carried; with the commit."""
        changed = {name: getattr(share, name) for name in ("detached_from", "updated_at", "revision")}
        tx.send(_DETACH, of_author=share.author_id, of_post=share.id, **changed)

    def delete(self, tx: Transaction, post: Post, at: datetime) -> None:
        """Empty a post and mark it deleted."""
        tx.send(_DELETE, of_author=post.author_id, of_post=post.id, title=None, content="", at=at)

    def count(self, tx: Transaction, name: Count, author: UserId, post_id: PostId, more: int) -> None:
        """Add to a count of a post, unless it is gone."""
        tx.send(_COUNT[name], of_author=author, of_post=post_id, more=more)

    async def next_comment(self, tx: Transaction, post: Post) -> int:
        """Count one more comment of a locked post and return its sequence."""
        return await tx.fetch_value(_NEXT_COMMENT, of_author=post.author_id, of_post=post.id)

    def of_author(
        self,
        q: Querier,
        author: UserId,
        *,
        shown: Shown,
        kinds: Collection[Kind],
        viewer: UserId | None,
    ) -> Listing[Seen]:
        """An author's posts with the viewer's reactions, newest first."""
        return _OF_AUTHOR.of(
            q, seen_of, of_author=author, **_asked(shown), kinds=[kind.value for kind in kinds], viewer=viewer
        )

    def of_company(self, q: Querier, company: CompanyId, viewer: UserId) -> Listing[Seen]:
        """What a company says with the viewer's reactions, newest first."""
        return OF_COMPANY.of(q, seen_of, of_company=company, viewer=viewer)

    def shares(self, q: Querier, post: Post, viewer: UserId) -> Listing[Seen]:
        """What carries a post, newest first, whoever may see it."""
        return _SHARES.of(q, seen_of, of_author=post.author_id, of_post=post.id, viewer=viewer)

    async def count_shares(self, q: Querier, post: Post) -> int:
        """How many carry a post and are shown; of very many, those that moderation keeps back as well."""
        if post.share_count > _COUNTED:
            return post.share_count
        return await q.fetch_value(_COUNT_SHARES, of_author=post.author_id, of_post=post.id)

    def all(self, q: Querier) -> Listing[Post]:
        """Every post, author by author."""
        return STREAMED.of(q, post_of)


def _asked(shown: Shown) -> dict[str, Any]:
    return {"shown": shown.visibilities, "lists": shown.lists}


def _asking(post: Post) -> dict[str, Any]:
    if post.poll is None:
        return dict.fromkeys(_POLL)
    return dict(zip(_POLL, (post.poll.question, list(post.poll.options), post.poll.ends_at), strict=True))


def _editable(post: Post) -> dict[str, Any]:
    changed = {name: getattr(post, name) for name in _EDITED if name not in MENTIONS}
    return (
        changed
        | dict(columns_of(post.mentions))
        | {"media_ids": list(post.media_ids), "visibility": post.visibility.value}
        | {name: getattr(post, name).value for name in ("comment_audience", "quote_audience")}
    )


def post_of(row: Record) -> Post:
    """The post in a row that has FIELDS, and may tell its state."""
    return Post(
        id=row["id"],
        author_id=row["author_id"],
        kind=Kind(row["kind"]),
        title=row["title"],
        content=row["content"],
        media_ids=tuple(row["media_ids"]),
        visibility=Visibility(row["visibility"]),
        like_count=row["like_count"],
        reaction_counts=tuple(row["reaction_counts"]),
        comment_count=row["comment_count"],
        share_count=row["share_count"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        revision=row["revision"],
        shared_post_id=row["shared_post_id"],
        shared_author_id=row["shared_author_id"],
        detached_from=row["detached_from"],
        list_id=row["list_id"],
        comment_audience=AnswerAudience(row["comment_audience"]),
        quote_audience=AnswerAudience(row["quote_audience"]),
        poll=_poll(row),
        poll_votes=tuple(row["poll_votes"] or ()),
        edited_at=row["edited_at"],
        cover_media_id=row["cover_media_id"],
        excerpt=row["excerpt"],
        reading_minutes=row["reading_minutes"],
        status=_status(row),
        decision_id=row.get("decision_id"),
        held_for=row.get("held_for"),
        mentions=mentions_in(row["mentioned_ids"], row["mention_spans"]),
        company_id=row["company_id"],
        limited_for=row["limited_for"],
    )


def _status(row: Record) -> PostStatus:
    if row.get("erased_at"):
        return PostStatus.ERASED
    if row.get("removed"):
        return PostStatus.REMOVED
    return PostStatus.HELD if row.get("held") else PostStatus.PUBLISHED


def _poll(row: Record) -> Poll | None:
    if row["poll_question"] is None:
        return None
    return Poll(row["poll_question"], tuple(row["poll_options"]), row["poll_ends_at"])


def seen_of(row: Record) -> Seen:
    """The post in a row that has FIELDS and OWN."""
    reaction = Reaction(row["reaction"]) if row["reaction"] else None
    return Seen(post_of(row), Own(reaction, row["bookmarked"], row["option"]))
