"""The appeals table: one row for each decision that a member objected to."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Uuid, any_, bindparam, insert, select, update

from mesh.data import Listing, Querier, Transaction, kept, keyset, statement
from svc_profile.domain.appeals import Appeal, AppealState
from svc_profile.domain.decisions import KEEP
from svc_profile.domain.ids import DecisionId, UserId
from svc_profile.store.tables import appeals

_a = appeals.c
_FIELDS = (_a.user_id, _a.decision_id, _a.text, _a.created_at, _a.state, _a.answer, _a.resolved_by, _a.resolved_at)
_MINE = _a.user_id == bindparam("of_user")
_THIS = (_MINE, _a.decision_id == bindparam("of_decision"))
_ONE = statement(select(*_FIELDS).where(*_THIS))
_SEVERAL = statement(select(*_FIELDS).where(_MINE, _a.decision_id == any_(bindparam("ids", type_=ARRAY(Uuid)))))
_INSERT = statement(insert(appeals).values({column.name: bindparam(column.name) for column in _FIELDS}))
_DECIDED = ("state", "answer", "resolved_by", "resolved_at")
_SAVE = statement(update(appeals).where(*_THIS).values({name: bindparam(f"new_{name}") for name in _DECIDED}))
OLDEST = keyset(select(*_FIELDS).where(_a.state == bindparam("state")), _a.created_at, _a.user_id, _a.decision_id)
APPEALS_SWEPT = kept(_a.resolved_at, KEEP)


class AppealRepository:
    """Loads and saves appeals; the member's row is the lock of all that are theirs."""

    async def find(self, q: Querier, user_id: UserId, decision_id: DecisionId) -> Appeal | None:
        """What a member said against a decision."""
        row = await q.fetch_one(_ONE, of_user=user_id, of_decision=decision_id)
        return _appeal(row) if row else None

    async def of(self, q: Querier, user_id: UserId, decisions: Sequence[DecisionId]) -> dict[DecisionId, Appeal]:
        """What a member said against several."""
        rows = await q.fetch(_SEVERAL, of_user=user_id, ids=list(decisions))
        return {row["decision_id"]: _appeal(row) for row in rows}

    def oldest(self, q: Querier, state: AppealState) -> Listing[Appeal]:
        """Appeals in one state, the oldest first."""
        return OLDEST.of(q, _appeal, state=state.value)

    def add(self, tx: Transaction, appeal: Appeal) -> None:
        """Store a new appeal, with the commit."""
        tx.send(
            _INSERT,
            user_id=appeal.user_id,
            decision_id=appeal.decision_id,
            text=appeal.text,
            created_at=appeal.created_at,
            **_decided(appeal),
        )

    def save(self, tx: Transaction, appeal: Appeal) -> None:
        """Store how an appeal was decided, with the commit."""
        decided = {f"new_{name}": value for name, value in _decided(appeal).items()}
        tx.send(_SAVE, of_user=appeal.user_id, of_decision=appeal.decision_id, **decided)


def _decided(appeal: Appeal) -> dict[str, Any]:
    values = {name: getattr(appeal, name) for name in _DECIDED}
    return values | {"state": appeal.state.value}


def _appeal(row: Any) -> Appeal:
    return Appeal(
        user_id=row["user_id"],
        decision_id=row["decision_id"],
        text=row["text"],
        created_at=row["created_at"],
        state=AppealState(row["state"]),
        answer=row["answer"],
        resolved_by=row["resolved_by"],
        resolved_at=row["resolved_at"],
    )
