"""The mutes table: whose posts a member wants to see in no feed."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Listing, Querier, Transaction, keyset, statement
from svc_profile.domain.ids import UserId
from svc_profile.store.dated import Dated
from svc_profile.store.tables import mutes

_m = mutes.c
_MINE = _m.user_id == bindparam("me")
_ROW = (_MINE, _m.muted_id == bindparam("other"))
_ADD = statement(
    upsert(mutes)
    .values(user_id=bindparam("me"), muted_id=bindparam("other"), muted_at=bindparam("at"))
    .on_conflict_do_nothing(index_elements=[_m.user_id, _m.muted_id])
)
_SINCE = statement(select(_m.muted_at).where(*_ROW))
_DROP = statement(delete(mutes).where(*_ROW))
_NEWEST = keyset(select(_m.muted_id, _m.muted_at).where(_MINE), _m.muted_at.desc(), _m.muted_id.desc())


class MuteRepository:
    """A mute is a row of who mutes, and nobody else's."""

    async def add(self, tx: Transaction, me: UserId, other: UserId, at: datetime) -> datetime:
        """Mute a member; since when they are."""
        tx.send(_ADD, me=me, other=other, at=at)
        return await tx.fetch_value(_SINCE, me=me, other=other)

    def drop(self, tx: Transaction, me: UserId, other: UserId) -> None:
        """Lift a mute, with the commit."""
        tx.send(_DROP, me=me, other=other)

    def newest(self, q: Querier, me: UserId) -> Listing[Dated]:
        """All a member mutes, newest first."""
        return _NEWEST.of(q, lambda row: Dated(*row), me=me)
