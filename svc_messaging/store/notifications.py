"""The notifications table: one unseen row for each kind and subject of a member."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Uuid, bindparam, case, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, Transaction, constant, statement
from mesh.ids import uuid7
from svc_messaging.domain.ids import NotificationId, UserId
from svc_messaging.domain.notification import Happening, Notification, NotificationKind
from svc_messaging.store.tables import notifications

_n = notifications.c
_MOST_ACTORS = 10
_actor = bindparam("actor_id", type_=Uuid)
_actors: Any = func.array_prepend(_actor, func.array_remove(_n.actor_ids, _actor), type_=ARRAY(Uuid))
_too_many: Any = func.greatest(func.cardinality(_actors) - constant(_MOST_ACTORS), constant(0))
_GATHER = statement(
    insert(notifications)
    .values(
        user_id=bindparam("user_id"),
        notification_id=bindparam("notification_id"),
        kind=bindparam("kind"),
        subject_id=bindparam("subject_id"),
        actor_ids=bindparam("actor_ids"),
        actor_count=constant(1),
        created_at=bindparam("at"),
        updated_at=bindparam("at"),
    )
    .on_conflict_do_update(
        index_elements=[_n.user_id, _n.kind, _n.subject_id],
        index_where=_n.seen_at.is_(None),
        set_={
            "actor_ids": func.trim_array(_actors, _too_many),
            "actor_count": case((_actor == func.any(_n.actor_ids), _n.actor_count), else_=_n.actor_count + constant(1)),
            "updated_at": func.greatest(_n.updated_at, bindparam("at")),
        },
    )
)
_MINE = _n.user_id == bindparam("user_id")
_LATEST = select(notifications).where(_MINE).order_by(_n.updated_at.desc(), _n.notification_id.desc())
_BEHIND = tuple_(_n.updated_at, _n.notification_id) < tuple_(bindparam("after_at"), bindparam("after_id"))
_WHICH = {True: _LATEST.where(_n.seen_at.is_(None)), False: _LATEST}
_FIRST_PAGE = {unseen: statement(query.limit(bindparam("size"))) for unseen, query in _WHICH.items()}
_NEXT_PAGE = {unseen: statement(query.where(_BEHIND).limit(bindparam("size"))) for unseen, query in _WHICH.items()}
_COUNT_UNSEEN = statement(select(func.count()).select_from(notifications).where(_MINE, _n.seen_at.is_(None)))


class NotificationRepository:
    """Gathers and lists notifications."""

    async def gather(self, tx: Transaction, user_id: UserId, happening: Happening) -> None:
        """Add a happening to the member's unseen notification about its subject, or begin one."""
        await tx.execute(
            _GATHER,
            user_id=user_id,
            notification_id=uuid7(),
            kind=happening.kind.value,
            subject_id=happening.subject,
            actor_ids=[happening.actor],
            actor_id=happening.actor,
            at=happening.at,
        )

    async def page(
        self, q: Querier, user_id: UserId, *, unseen: bool, size: int, after: tuple[datetime, NotificationId] | None
    ) -> list[Notification]:
        """A member's notifications, the latest first, behind the cursor `after`."""
        if after is None:
            rows = await q.fetch(_FIRST_PAGE[unseen], user_id=user_id, size=size)
        else:
            rows = await q.fetch(_NEXT_PAGE[unseen], user_id=user_id, size=size, after_at=after[0], after_id=after[1])
        return [_notification(row) for row in rows]

    async def count_unseen(self, q: Querier, user_id: UserId) -> int:
        """How many the member has not seen."""
        return await q.fetch_value(_COUNT_UNSEEN, user_id=user_id)


def _notification(row: Any) -> Notification:
    return Notification(
        id=row["notification_id"],
        kind=NotificationKind(row["kind"]),
        subject=row["subject_id"],
        actors=tuple(row["actor_ids"]),
        actor_count=row["actor_count"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        seen=row["seen_at"] is not None,
    )
