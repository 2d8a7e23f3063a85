"""The handles table: who is found under which name, keyed by the name, which is what keeps it unique."""

from datetime import datetime, timedelta

from sqlalchemy import Text, bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, Transaction, kept, statement
from svc_profile.domain.ids import UserId
from svc_profile.store.tables import handles, users

_h = handles.c
_claim = insert(handles).values(handle=bindparam("handle"), user_id=bindparam("user_id"), since=bindparam("at"))
_CLAIM = statement(
    _claim.on_conflict_do_update(
        index_elements=["handle"],
        set_={
            "user_id": _claim.excluded.user_id,
            "since": _claim.excluded.since,
            "redirects_until": _claim.excluded.redirects_until,
        },
        where=or_(_h.user_id == _claim.excluded.user_id, _h.redirects_until <= _claim.excluded.since),
    ).returning(_h.user_id)
)
_LEAVE = statement(
    update(handles)
    .where(_h.handle == bindparam("of_handle"), _h.user_id == bindparam("of_user"))
    .values(redirects_until=bindparam("until"))
)
_SINCE = statement(select(_h.since).where(_h.handle == bindparam("handle"), _h.user_id == bindparam("user_id")))
_OWNER = statement(
    select(_h.user_id, _h.redirects_until.is_not(None)).where(
        _h.handle == bindparam("handle"), or_(_h.redirects_until.is_(None), _h.redirects_until > bindparam("now"))
    )
)
_NAME = statement(
    update(users).where(users.c.user_id == bindparam("id")).values(handle=bindparam("new_handle", type_=Text))
)
HANDLES_SWEPT = kept(_h.redirects_until, timedelta())
"""Those that lead nowhere any more."""


class HandleRepository:
    """The member's row is the lock of their handles."""

    async def owner(self, q: Querier, handle: str, now: datetime) -> tuple[UserId, bool] | None:
        """Who is found under a handle, and whether they left it for another."""
        row = await q.fetch_one(_OWNER, handle=handle, now=now)
        return (UserId(row[0]), row[1]) if row else None

    async def since(self, tx: Transaction, user_id: UserId, handle: str) -> datetime:
        """Since when a locked member has their handle."""
        return await tx.fetch_value(_SINCE, handle=handle, user_id=user_id)

    async def claim(self, tx: Transaction, user_id: UserId, handle: str, at: datetime) -> bool:
        """Give a handle to a locked member, unless it is another's."""
        if await tx.fetch_value(_CLAIM, handle=handle, user_id=user_id, at=at) is None:
            return False
        tx.send(_NAME, id=user_id, new_handle=handle)
        return True

    def leave(self, tx: Transaction, user_id: UserId, handle: str, until: datetime) -> None:
        """Let a handle lead to its member's next one, until then."""
        tx.send(_LEAVE, of_handle=handle, of_user=user_id, until=until)
