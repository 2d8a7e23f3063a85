"""The decisions table: what operators decided about members."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from mesh.data import Listing, Querier, Transaction, constant, kept, keyset, statement
from svc_profile.domain.decisions import KEEP, Decision, DecisionKind
from svc_profile.domain.ids import DecisionId, UserId
from svc_profile.store.content_columns import columns_of_content, content_of
from svc_profile.store.tables import decisions

_d = decisions.c
_FIELDS = (
    _d.user_id,
    _d.decision_id,
    _d.kind,
    _d.operator,
    _d.reason,
    _d.explanation,
    _d.created_at,
    _d.expires_at,
    _d.ended_at,
    _d.content_kind,
    _d.content_id,
    _d.content_parent_id,
    _d.flag_id,
)
_OF_MEMBER = _d.user_id == bindparam("of_user")
_THIS = (_OF_MEMBER, _d.decision_id == bindparam("of_decision"))
_ONE = statement(select(*_FIELDS).where(*_THIS))
_HELD = statement(
    select(*_FIELDS).where(_OF_MEMBER, _d.ended_at.is_(None), _d.kind != constant(DecisionKind.CONTENT_REMOVED.value))
)
_INSERT = statement(
    insert(decisions).values({column.name: bindparam(column.name) for column in (*_FIELDS, _d.forget_at)})
)
_END = statement(update(decisions).where(*_THIS).values(ended_at=bindparam("at"), forget_at=bindparam("later")))
TOLD = keyset(
    select(*_FIELDS).where(_OF_MEMBER, _d.kind != constant(DecisionKind.SHADOW_BAN.value)),
    _d.decision_id.desc(),
)
EXPIRED = statement(
    select(_d.user_id)
    .where(_d.ended_at.is_(None), _d.expires_at <= bindparam("now"))
    .order_by(_d.expires_at)
    .limit(bindparam("size")),
    name="SELECT expired restrictions",
)
DECISIONS_SWEPT = kept(_d.forget_at, timedelta())
"""Decisions that are over for long; removals of content, long after they were made."""


class DecisionRepository:
    """Loads and saves decisions; the member's row is the lock of all that are about them."""

    async def find(self, q: Querier, user_id: UserId, decision_id: DecisionId) -> Decision | None:
        """One decision about a member."""
        row = await q.fetch_one(_ONE, of_user=user_id, of_decision=decision_id)
        return _decision(row) if row else None

    async def restrictions(self, q: Querier, user_id: UserId) -> list[Decision]:
        """The restrictions of a member that nobody lifted, those that have just expired too."""
        return [_decision(row) for row in await q.fetch(_HELD, of_user=user_id)]

    def told(self, q: Querier, user_id: UserId) -> Listing[Decision]:
        """The decisions that a member is told of, newest first."""
        return TOLD.of(q, _decision, of_user=user_id)

    async def expired(self, q: Querier, now: datetime, size: int) -> list[UserId]:
        """Members with a restriction whose time is over and that was not ended yet, some of them."""
        return list(dict.fromkeys(row[0] for row in await q.fetch(EXPIRED, now=now, size=size)))

    def add(self, tx: Transaction, decision: Decision) -> None:
        """Store a new decision, with the commit."""
        removal = decision.kind is DecisionKind.CONTENT_REMOVED
        tx.send(
            _INSERT,
            user_id=decision.user_id,
            decision_id=decision.id,
            kind=decision.kind.value,
            operator=decision.operator,
            reason=decision.reason,
            explanation=decision.explanation,
            created_at=decision.created_at,
            expires_at=decision.expires_at,
            ended_at=decision.ended_at,
            forget_at=decision.created_at + KEEP if removal else None,
            flag_id=decision.flag_id,
            **columns_of_content(decision.content),
        )

    def end(self, tx: Transaction, decision: Decision, at: datetime) -> None:
        """Note when a decision ended, with the commit."""
        tx.send(_END, of_user=decision.user_id, of_decision=decision.id, at=at, later=at + KEEP)


def _decision(row: Any) -> Decision:
    return Decision(
        user_id=row["user_id"],
        id=row["decision_id"],
        kind=DecisionKind(row["kind"]),
        operator=row["operator"],
        reason=row["reason"],
        explanation=row["explanation"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        ended_at=row["ended_at"],
        content=content_of(row),
        flag_id=row["flag_id"],
    )
