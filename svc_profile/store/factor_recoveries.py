"""The factor_recoveries table: requests to remove all second factors, which wait."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, Transaction, kept, statement
from svc_profile.domain.factor_recovery import MAY_BE_FINISHED_FOR, Recovery
from svc_profile.domain.ids import UserId
from svc_profile.store.tables import factor_recoveries

_r = factor_recoveries.c
_OF = _r.user_id == bindparam("of_user")
_FIND = statement(select(_r.due_at).where(_OF))
_add = insert(factor_recoveries).values(
    user_id=bindparam("of_user"), asked_at=bindparam("at"), due_at=bindparam("due_at")
)
_ADD = statement(
    _add.on_conflict_do_update(
        index_elements=["user_id"], set_={"asked_at": _add.excluded.asked_at, "due_at": _add.excluded.due_at}
    )
)
_DROP = statement(delete(factor_recoveries).where(_OF).returning(_r.user_id))
SWEPT = kept(_r.due_at, MAY_BE_FINISHED_FOR)
"""Requests that nobody came back for."""


class FactorRecoveries:
    """One a member, whose row is locked by who changes it."""

    async def find(self, q: Querier, user_id: UserId) -> Recovery | None:
        """The request about an account."""
        row = await q.fetch_one(_FIND, of_user=user_id)
        return Recovery(row["due_at"]) if row else None

    def add(self, tx: Transaction, user_id: UserId, recovery: Recovery, at: datetime) -> None:
        """Store a request, in the place of one that is over."""
        tx.send(_ADD, of_user=user_id, at=at, due_at=recovery.due_at)

    async def drop(self, tx: Transaction, user_id: UserId) -> bool:
        """End the request about an account; whether there was one."""
        return await tx.fetch_one(_DROP, of_user=user_id) is not None
