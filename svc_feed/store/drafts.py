"""The drafts table."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, DateTime, and_, bindparam, delete, func, insert, or_, select, update

from mesh.data import Listing, Querier, Record, Transaction, kept, keyset, statement
from svc_feed.domain.answers import AnswerAudience
from svc_feed.domain.ids import DraftId, UserId
from svc_feed.domain.poll import Question
from svc_feed.domain.post import Draft, Kind
from svc_feed.domain.saved_draft import REDIRECTS, Refusal, SavedDraft
from svc_feed.domain.visibility import Visibility
from svc_feed.store.mentions import columns_of, mentions_in
from svc_feed.store.tables import drafts

_d = drafts.c
_FIXED = ("author_id", "id", "created_at")
_PLAIN = ("shared_post_id", "publish_at", "post_id", "published_at", "updated_at", "revision")
_SAID = ("title", "content", "list_id", "cover_media_id")
_NAMES = [column.name for column in _d]
_SAVED = [name for name in _NAMES if name not in _FIXED]
_OF_AUTHOR = _d.author_id == bindparam("of_author")
_ONE = (_OF_AUTHOR, _d.id == bindparam("of_draft"))
_UNPUBLISHED = _d.post_id.is_(None)
_HEAVY = 20  # articles read in one statement: half a megabyte each

_INSERT = statement(insert(drafts).values({name: bindparam(name) for name in _NAMES}))
_SAVE = statement(update(drafts).where(*_ONE).values({name: bindparam(name) for name in _SAVED}))
_DROP = statement(delete(drafts).where(*_ONE))
_FIND = statement(select(*_d).where(*_ONE))
_LOCK = statement(select(*_d).where(*_ONE).with_for_update())
_COUNT = statement(select(func.count(), func.count(_d.publish_at)).where(_OF_AUTHOR, _UNPUBLISHED))
_NEWEST = keyset(
    select(*_d).where(
        _OF_AUTHOR,
        _UNPUBLISHED,
        or_(
            and_(_d.publish_at.is_(None), bindparam("saved", type_=Boolean())),
            and_(_d.publish_at.is_not(None), bindparam("scheduled", type_=Boolean())),
        ),
    ),
    _d.id.desc(),
    chunk=_HEAVY,
)
DUE = keyset(
    select(_d.author_id, _d.id).where(_d.publish_at <= bindparam("now", type_=DateTime(timezone=True))),
    _d.author_id,
    _d.id,
    name="drafts that are due",
)
DRAFTS_SWEPT = kept(_d.published_at, REDIRECTS)


class DraftKey(NamedTuple):
    """Where a draft is."""

    author: UserId
    id: DraftId


class Counts(NamedTuple):
    """How many drafts a member keeps, and how many of them are scheduled."""

    kept: int
    scheduled: int


class DraftRepository:
    """Loads, locks and saves drafts; whoever changes one holds its lock."""

    def add(self, tx: Transaction, draft: SavedDraft) -> None:
        """Store a new draft; with the commit."""
        tx.send(_INSERT, **_row(draft))

    def save(self, tx: Transaction, draft: SavedDraft) -> None:
        """Store what became of a locked draft; with the commit."""
        row = _row(draft)
        tx.send(_SAVE, of_author=draft.author_id, of_draft=draft.id, **{name: row[name] for name in _SAVED})

    def drop(self, tx: Transaction, draft: SavedDraft) -> None:
        """Forget a locked draft; with the commit."""
        tx.send(_DROP, of_author=draft.author_id, of_draft=draft.id)

    async def find(self, q: Querier, key: DraftKey) -> SavedDraft | None:
        """One draft."""
        row = await q.fetch_one(_FIND, of_author=key.author, of_draft=key.id)
        return _draft(row) if row else None

    async def lock(self, tx: Transaction, key: DraftKey) -> SavedDraft | None:
        """One draft, locked until the transaction ends."""
        row = await tx.fetch_one(_LOCK, of_author=key.author, of_draft=key.id)
        return _draft(row) if row else None

    async def count(self, q: Querier, author: UserId) -> Counts:
        """How many a member has that are not published."""
        row = await q.fetch_one(_COUNT, of_author=author)
        return Counts(*row) if row else Counts(0, 0)

    def of_author(self, q: Querier, author: UserId, *, scheduled: bool | None) -> Listing[SavedDraft]:
        """A member's drafts that are not published, those begun last first; all or, by `scheduled`, some."""
        return _NEWEST.of(q, _draft, of_author=author, saved=not scheduled, scheduled=scheduled is not False)

    def due(self, q: Querier, now: datetime) -> Listing[DraftKey]:
        """Whose time has come, whoever's they are."""
        return DUE.of(q, lambda row: DraftKey(row["author_id"], row["id"]), now=now)


def _row(saved: SavedDraft) -> Mapping[str, Any]:
    draft, refusal = saved.draft, saved.refusal or (None, None, None)
    return {
        **{name: getattr(saved, name) for name in (*_FIXED, *_PLAIN)},
        **{name: getattr(draft, name) for name in _SAID},
        **{name: getattr(draft, name).value for name in ("kind", "visibility", "comment_audience", "quote_audience")},
        "media_ids": list(draft.media_ids),
        **columns_of(draft.mentions),
        "poll_question": draft.question and draft.question.question,
        "poll_options": draft.question and list(draft.question.options),
        "poll_ends_at": draft.question and draft.question.ends_at,
        **dict(zip(("refused_for", "refusal", "refused_at"), refusal, strict=True)),
    }


def _draft(row: Record) -> SavedDraft:
    asked = row["poll_question"] is not None
    draft = Draft(
        **{name: row[name] for name in _SAID},
        kind=Kind(row["kind"]),
        media_ids=tuple(row["media_ids"]),
        mentions=mentions_in(row["mentioned_ids"], row["mention_spans"]),
        visibility=Visibility(row["visibility"]),
        comment_audience=AnswerAudience(row["comment_audience"]),
        quote_audience=AnswerAudience(row["quote_audience"]),
        question=Question(row["poll_question"], tuple(row["poll_options"]), row["poll_ends_at"]) if asked else None,
    )
    return SavedDraft(
        **{name: row[name] for name in (*_FIXED, *_PLAIN)},
        draft=draft,
        refusal=Refusal(row["refused_for"], row["refusal"], row["refused_at"]) if row["refused_for"] else None,
    )
