"""What was found in posts and comments, and what became of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Listing, Querier, Record, Transaction, constant, keyset, statement
from svc_feed.domain.ids import UserId
from svc_feed.domain.safety.assessment import Outcome, SafetyReason
from svc_feed.domain.safety.review import ContentKey, Review
from svc_feed.domain.tally import PostKey
from svc_feed.store.tables import content_reviews

KEPT = timedelta(days=365)
_r = content_reviews.c
_FIELDS = [column for column in _r if column.name != "told_at"]
_ONE = (_r.author_id == bindparam("of_author"), _r.content_id == bindparam("of_content"))
_values = {column.name: bindparam(column.name) for column in _FIELDS}
_made = insert(content_reviews).values(_values)
_PUT = statement(
    _made.on_conflict_do_update(
        index_elements=[_r.author_id, _r.content_id],
        set_={name: _made.excluded[name] for name in _values if name not in {"author_id", "content_id"}}
        | {"told_at": null()},
    )
)
_DOUBT = statement(
    _made.on_conflict_do_update(
        index_elements=[_r.author_id, _r.content_id],
        set_={"known": _made.excluded.known, "told_at": null()},
        where=and_(_r.outcome == constant(Outcome.ALLOW.value), _r.decided_at.is_(None)),
    )
)
_LOCK = statement(select(*_FIELDS).where(*_ONE).with_for_update())
_TOLD = statement(update(content_reviews).where(*_ONE).values(told_at=bindparam("at")))
HELD = keyset(
    select(*_FIELDS).where(_r.outcome == constant(Outcome.REVIEW.value), _r.decided_at.is_(None), _r.known),
    _r.content_id,
    _r.author_id,
    name="held content",
)
DUE = statement(
    select(*_FIELDS)
    .where(_r.told_at.is_(None), or_(~_r.known, _r.outcome >= constant(Outcome.REVIEW.value)))
    .order_by(_r.content_id)
    .limit(bindparam("size")),
    name="content to look at again or to tell trust of",
)
_OFFENCES = statement(
    select(func.count())
    .select_from(content_reviews)
    .where(
        _r.author_id == bindparam("of_author"),
        _r.outcome >= constant(Outcome.REVIEW.value),
        _r.created_at > bindparam("since"),
    )
)


class ReviewRepository:
    """One row for a piece of content in which something was found, or that could not be looked at."""

    def put(self, tx: Transaction, review: Review) -> None:
        """Store what was found or decided last; trust is to hear of it. With the commit."""
        tx.send(_PUT, **_row(review))

    def doubt(self, tx: Transaction, review: Review) -> None:
        """Have content looked at again, unless something was found in it, or decided; with the commit."""
        tx.send(_DOUBT, **_row(review))

    async def lock(self, tx: Transaction, author: UserId, content_id: UUID) -> Review | None:
        """What was found in a piece of content, locked for the transaction."""
        row = await tx.fetch_one(_LOCK, of_author=author, of_content=content_id)
        return _review(row) if row else None

    def told(self, tx: Transaction, review: Review, at: datetime) -> None:
        """Note that it is done with; with the commit."""
        tx.send(_TOLD, of_author=review.content.author, of_content=review.content.id, at=at)

    def held(self, q: Querier) -> Listing[Review]:
        """What waits for an operator, the oldest first."""
        return HELD.of(q, _review)

    async def due(self, q: Querier, size: int) -> list[Review]:
        """What is to be looked at again, or told."""
        return [_review(row) for row in await q.fetch(DUE, size=size)]

    async def offences(self, q: Querier, author: UserId, since: datetime) -> int:
        """How much of a member was held or removed since."""
        return await q.fetch_value(_OFFENCES, of_author=author, since=since)


def _row(review: Review) -> dict[str, Any]:
    author, post, _ = review.content
    return {
        "author_id": author,
        "content_id": review.content.id,
        "post_author_id": post.author,
        "post_id": post.post_id,
        "outcome": review.outcome.value,
        "reason": review.reason.value if review.reason else None,
        "known": review.known,
        "rules": review.rules,
        "created_at": review.created_at,
        "decision_id": review.decision_id,
        "decided_at": review.decided_at,
        "decided_by": review.decided_by,
    }


def _review(row: Record) -> Review:
    post, content_id = PostKey(row["post_author_id"], row["post_id"]), row["content_id"]
    return Review(
        content=ContentKey(row["author_id"], post, None if content_id == post.post_id else content_id),
        outcome=Outcome(row["outcome"]),
        reason=SafetyReason(row["reason"]) if row["reason"] else None,
        known=row["known"],
        rules=row["rules"],
        created_at=row["created_at"],
        decision_id=row["decision_id"],
        decided_at=row["decided_at"],
        decided_by=row["decided_by"],
    )
