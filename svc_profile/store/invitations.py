"""What a member asked of others and how they answered, read from the member's own history of connections."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, and_, any_, bindparam, func, select

from mesh.data import Querier, Transaction, constant, statement
from svc_profile.domain.connection import OPEN, Status
from svc_profile.domain.ids import UserId
from svc_profile.domain.invitation_budget import DAY, JUDGED, Invitations
from svc_profile.store.tables import connection_history, users

_h = connection_history.c
_SKEW = timedelta(minutes=10)  # between the clocks that make ids and that tell when something changed
_to = {status: _h.to_status == constant(status.value) for status in Status}
_mine = _h.actor_id == bindparam("me")
_sent = and_(_to[Status.PENDING], _mine, _h.changed_at > bindparam("day"))
_theirs = and_(_h.from_status.in_([constant(one.value) for one in sorted(OPEN)]), _h.actor_id != bindparam("me"))
_PAST = statement(
    select(
        func.count().filter(_sent).label("sent"),
        func.min(_h.changed_at).filter(_sent).label("oldest_at"),
        func.count().filter(_theirs, _to[Status.ACCEPTED]).label("accepted"),
        func.count().filter(_theirs, _to[Status.REJECTED]).label("turned_down"),
        func.count().filter(_theirs, _to[Status.IGNORED]).label("ignored"),
    ).where(_h.user_id == bindparam("me"), _h.change_id > bindparam("since")),
    name="SELECT invitations",
)

_locked = (
    select(users.c.user_id)
    .where(users.c.user_id == any_(bindparam("user_ids", type_=ARRAY(Uuid))))
    .order_by(users.c.user_id)
    .with_for_update()
    .subquery("locked")
)
_LOCK = statement(  # gives no rows, so that it travels ahead of the next question
    select(func.count()).select_from(_locked).having(func.count() < constant(0)), name="LOCK inviters"
)


class InvitationHistory:
    """One statement over the index of the member's own rows, a season back."""

    async def of(self, q: Querier, user_id: UserId, now: datetime) -> Invitations:
        """The invitations of a member."""
        row = await q.fetch_one(_PAST, **_since(user_id, now))
        return Invitations(*row) if row else Invitations()

    def lock(self, tx: Transaction, user_ids: Iterable[UserId]) -> None:
        """Let nobody else count or make invitations of these until the transaction ends, with its next question.

        What is asked after that one sees all they made. Pairs are locked before members, here as everywhere.
        """
        tx.send(_LOCK, user_ids=sorted(set(user_ids)))

    async def of_many(self, tx: Transaction, user_ids: Sequence[UserId], now: datetime) -> dict[UserId, Invitations]:
        """Those of several members, in one round trip."""
        rows = await tx.fetch_each(_PAST, [_since(user_id, now) for user_id in user_ids])
        return {user_id: Invitations(*row) for user_id, row in zip(user_ids, rows, strict=True)}


def _since(user_id: UserId, now: datetime) -> dict[str, Any]:
    return {"me": user_id, "day": now - DAY, "since": _first_id(now - JUDGED - _SKEW)}


def _first_id(at: datetime) -> UUID:
    """The least UUIDv7 of a moment: ids are in the order of time."""
    return UUID(int=int(at.timestamp() * 1000) << 80)
