"""What a member asked of others and how they answered, read from the member's own history of connections."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select

from mesh.data import Querier, constant, statement
from svc_profile.domain.connection import Status
from svc_profile.domain.ids import UserId
from svc_profile.domain.invitation_budget import DAY, JUDGED, Invitations
from svc_profile.store.tables import connection_history

_h = connection_history.c
_SKEW = timedelta(minutes=10)  # between the clocks that make ids and that tell when something changed
_PENDING = constant(Status.PENDING.value)
_to = {status: _h.to_status == constant(status.value) for status in Status}
_mine = _h.actor_id == bindparam("me")
_sent = and_(_to[Status.PENDING], _mine, _h.changed_at > bindparam("day"))
_theirs = and_(_h.from_status == _PENDING, _h.actor_id != bindparam("me"))
_PAST = statement(
    select(
        func.count().filter(_sent).label("sent"),
        func.min(_h.changed_at).filter(_sent).label("oldest_at"),
        func.count().filter(_theirs, _to[Status.ACCEPTED]).label("accepted"),
        func.count().filter(_theirs, _to[Status.REJECTED]).label("turned_down"),
    ).where(_h.user_id == bindparam("me"), _h.change_id > bindparam("since")),
    name="SELECT invitations",
)


class InvitationHistory:
    """One statement over the index of the member's own rows, a season back."""

    async def of(self, q: Querier, user_id: UserId, now: datetime) -> Invitations:
        """The invitations of a member."""
        row = await q.fetch_one(_PAST, me=user_id, day=now - DAY, since=_first_id(now - JUDGED - _SKEW))
        return Invitations(*row) if row else Invitations()


def _first_id(at: datetime) -> UUID:
    """The least UUIDv7 of a moment: ids are in the order of time."""
    return UUID(int=int(at.timestamp() * 1000) << 80)
