"""The audit log: lines are added, and swept out years later; nothing changes one."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Listing, Querier, Transaction, kept, keyset, statement
from svc_profile.domain.actions import KEEP, Action, ActionKind
from svc_profile.domain.ids import UserId
from svc_profile.store.tables import operator_actions

_a = operator_actions.c
_FIELDS = (_a.subject_id, _a.action_id, _a.operator, _a.kind, _a.user_id, _a.target_id, _a.note, _a.created_at)
_INSERT = statement(
    upsert(operator_actions)
    .values({column.name: bindparam(column.name) for column in _FIELDS})
    .on_conflict_do_nothing(index_elements=[_a.subject_id, _a.action_id])
)
_FIND = statement(
    select(*_FIELDS).where(_a.subject_id == bindparam("subject_id"), _a.action_id == bindparam("action_id")),
    name="SELECT an act of an operator",
)
_newest = (_a.action_id.desc(), _a.subject_id.desc())
_by_operator = _a.operator == bindparam("operator")
_about = _a.subject_id == bindparam("user_id")
LISTED = {
    (False, False): keyset(select(*_FIELDS), *_newest),
    (True, False): keyset(select(*_FIELDS).where(_by_operator), *_newest),
    (False, True): keyset(select(*_FIELDS).where(_about), *_newest),
    (True, True): keyset(select(*_FIELDS).where(_by_operator, _about), *_newest),
}
"""By whether an operator is asked for, and whether a member is."""
ACTIONS_SWEPT = kept(_a.created_at, KEEP)


class ActionLog:
    """Writes a line in the transaction of what it tells of."""

    def add(self, tx: Transaction, action: Action, subject_id: UUID) -> None:
        """Note what an operator did to a member, or to content that has no known author; a line is there once."""
        tx.send(
            _INSERT,
            subject_id=subject_id,
            action_id=action.id,
            operator=action.operator,
            kind=action.kind.value,
            user_id=action.user_id,
            target_id=action.target_id,
            note=action.note,
            created_at=action.at,
        )

    async def find(self, q: Querier, subject_id: UUID, action_id: UUID) -> Action | None:
        """One line about a member, or about content that has no known author."""
        row = await q.fetch_one(_FIND, subject_id=subject_id, action_id=action_id)
        return _action(row) if row else None

    def newest(self, q: Querier, *, operator: str, user_id: UserId | None) -> Listing[Action]:
        """Lines of an operator, or of all where that is empty; about a member, or about everybody."""
        given: dict[str, Any] = {"operator": operator} if operator else {}
        if user_id is not None:
            given["user_id"] = user_id
        return LISTED[bool(operator), user_id is not None].of(q, _action, **given)


def _action(row: Any) -> Action:
    return Action(
        id=row["action_id"],
        operator=row["operator"],
        kind=ActionKind(row["kind"]),
        user_id=row["user_id"],
        target_id=row["target_id"],
        note=row["note"],
        at=row["created_at"],
    )
