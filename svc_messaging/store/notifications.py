"""The notifications table: one unseen row for each kind and subject of a member, with the causes it stands on."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Uuid, all_, any_, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Listing, Querier, Record, Transaction, constant, keyset, statement
from mesh.ids import uuid7
from svc_messaging.domain.ids import NotificationId, UserId
from svc_messaging.domain.notification import (
    MOST_ACTORS,
    ActorGone,
    End,
    EndedForAll,
    Ending,
    Happening,
    Notification,
    NotificationKind,
)
from svc_messaging.store.tables import notification_causes, notifications

_LATEST_CAUSES = 100
"""Looked through for the latest ten actors when one of them is gone."""

_n, _c = notifications.c, notification_causes.c
_THIS = (
    _c.user_id == bindparam("user_id"),
    _c.kind == bindparam("kind"),
    _c.subject_id == bindparam("subject_id"),
    _c.cause_id == bindparam("cause_id"),
)
_known = select(_c.cause_id).where(*_THIS).exists()
_BEGINNING = {
    _n.user_id: "user_id",
    _n.notification_id: "notification_id",
    _n.kind: "kind",
    _n.subject_id: "subject_id",
    _n.actor_ids: "actor_ids",
    _n.actor_count: "actor_count",
    _n.created_at: "at",
    _n.updated_at: "at",
}
_OPEN = statement(  # nothing where the cause is known; else the row, which is a new one if it has the id given here
    insert(notifications)
    .from_select(
        [*_BEGINNING],
        select(*(bindparam(name, type_=column.type) for column, name in _BEGINNING.items())).where(~_known),
    )
    .on_conflict_do_update(
        index_elements=[_n.user_id, _n.kind, _n.subject_id],
        index_where=_n.seen_at.is_(None),
        set_={"updated_at": func.greatest(_n.updated_at, bindparam("at"))},
    )
    .returning(_n.notification_id, _n.actor_ids, _n.actor_count)
)
_CAUSE = statement(insert(notification_causes).values({c.name: bindparam(c.name) for c in notification_causes.columns}))
_OF_NOTIFICATION = (_c.user_id == bindparam("user_id"), _c.notification_id == bindparam("notification_id"))
_ACTING = statement(
    select(_c.actor_id)
    .distinct()
    .where(*_OF_NOTIFICATION, _c.actor_id == any_(bindparam("actor_ids", type_=ARRAY(Uuid))))
)
_LATEST_ACTORS = statement(
    select(_c.actor_id).where(*_OF_NOTIFICATION).order_by(_c.happened_at.desc()).limit(bindparam("size"))
)
_THEIRS = (
    _c.user_id == any_(bindparam("user_ids", type_=ARRAY(Uuid))),
    _c.kind == bindparam("kind"),
    _c.subject_id == bindparam("subject_id"),
)
_GONE = (_c.user_id, _c.notification_id, _c.actor_id)
_END_ONE = statement(
    delete(notification_causes).where(*_THEIRS, _c.cause_id == bindparam("cause_id")).returning(*_GONE)
)
_END_AT = statement(delete(notification_causes).where(*_THEIRS, _c.position == bindparam("at")).returning(*_GONE))
_END_UP_TO = statement(delete(notification_causes).where(*_THEIRS, _c.position <= bindparam("up_to")).returning(*_GONE))
_END_OF_ACTOR = statement(
    delete(notification_causes)
    .where(
        _c.user_id == any_(bindparam("user_ids", type_=ARRAY(Uuid))),
        _c.kind == bindparam("kind"),
        _c.actor_id == bindparam("actor_id"),
    )
    .returning(*_GONE)
)
ENDED_FOR_ALL = {
    kind: statement(
        delete(notification_causes)
        .where(
            _c.kind == constant(kind.value),
            _c.subject_id == bindparam("subject_id"),
            or_(bindparam("cause_id", type_=Uuid()).is_(None), _c.cause_id == bindparam("cause_id", type_=Uuid())),
            _c.user_id != all_(bindparam("but", type_=ARRAY(Uuid))),
        )
        .returning(*_GONE)
    )
    for kind in (NotificationKind.MENTIONED,)
}
"""For the kinds that have an index by subject."""

_ONE = (_n.user_id == bindparam("of_user"), _n.notification_id == bindparam("this"))
_LOCK = statement(select(_n.actor_ids, _n.actor_count).where(*_ONE).with_for_update())
_NAME = statement(
    update(notifications).where(*_ONE).values(actor_ids=bindparam("actors"), actor_count=bindparam("count"))
)
_DROP = statement(delete(notifications).where(*_ONE))

_MINE = _n.user_id == bindparam("user_id")
_UNSEEN = _n.seen_at.is_(None)
_LATEST = (_n.updated_at.desc(), _n.notification_id.desc())
_LISTED = {
    True: keyset(select(notifications).where(_MINE, _UNSEEN), *_LATEST, rising=True),
    False: keyset(select(notifications).where(_MINE), *_LATEST, rising=True),
}
_COUNT_UNSEEN = statement(select(func.count()).select_from(notifications).where(_MINE, _UNSEEN))
_SEE = statement(
    update(notifications)
    .where(
        _n.user_id == bindparam("of_user"),
        _UNSEEN,
        or_(
            _n.notification_id == any_(bindparam("ids", type_=ARRAY(Uuid))),
            _n.updated_at <= bindparam("up_to", type_=_n.updated_at.type),
        ),
    )
    .values(seen_at=bindparam("at"))
)
_ALL = 2**62
"""A position behind every cause."""


class NotificationRepository:
    """Gathers, ends and lists notifications: one is there as long as one of its causes is."""

    async def gather(self, tx: Transaction, user_id: UserId, happening: Happening) -> None:
        """Add a happening to the member's unseen notification about its subject, or begin one, once for a cause."""
        which = {"user_id": user_id, "kind": happening.kind.value, "subject_id": happening.subject}
        beginning = {"notification_id": uuid7(), "actor_ids": [happening.actor], "actor_count": 1, "at": happening.at}
        opened = await tx.fetch_one(_OPEN, **which, cause_id=happening.cause, **beginning)
        if opened is None:
            return
        notification_id, actors, count = opened
        if notification_id != beginning["notification_id"]:
            here = {"user_id": user_id, "notification_id": notification_id}
            new = await tx.fetch_value(_ACTING, **here, actor_ids=[happening.actor]) is None
            named = [happening.actor, *(actor for actor in actors if actor != happening.actor)]
            self._name(tx, user_id, notification_id, named, count + new)
        tx.send(
            _CAUSE,
            **which,
            notification_id=notification_id,
            cause_id=happening.cause,
            actor_id=happening.actor,
            position=happening.position,
            happened_at=happening.at,
        )

    async def end(self, tx: Transaction, ending: End) -> None:
        """Take causes away; a notification without any goes."""
        rows = await _ended(tx, ending)
        gone: defaultdict[tuple[UserId, NotificationId], set[UserId]] = defaultdict(set)
        for user_id, notification_id, actor in rows:
            gone[user_id, notification_id].add(actor)
        for (user_id, notification_id), actors in sorted(gone.items()):
            await self._settle(tx, user_id, notification_id, actors)

    def listing(self, q: Querier, user_id: UserId, *, unseen: bool) -> Listing[Notification]:
        """A member's notifications, the latest first."""
        return _LISTED[unseen].of(q, _notification, user_id=user_id)

    async def count_unseen(self, q: Querier, user_id: UserId) -> int:
        """How many the member has not seen."""
        return await q.fetch_value(_COUNT_UNSEEN, user_id=user_id)

    async def see(
        self, q: Querier, user_id: UserId, ids: Collection[NotificationId], up_to: datetime | None, at: datetime
    ) -> None:
        """Mark these of the member's as seen, and all up to a time."""
        await q.execute(_SEE, of_user=user_id, ids=list(ids), up_to=up_to, at=at)

    async def _settle(
        self, tx: Transaction, user_id: UserId, notification_id: NotificationId, actors: set[UserId]
    ) -> None:
        row = await tx.fetch_one(_LOCK, of_user=user_id, this=notification_id)
        if row is None:
            return
        here = {"user_id": user_id, "notification_id": notification_id}
        still = {found[0] for found in await tx.fetch(_ACTING, **here, actor_ids=list(actors))}
        gone, (named, count) = actors - still, row
        if count <= len(gone):
            tx.send(_DROP, of_user=user_id, this=notification_id)
            return
        named, count = [actor for actor in named if actor not in gone], count - len(gone)
        if len(named) < min(count, MOST_ACTORS):
            latest = await tx.fetch(_LATEST_ACTORS, **here, size=_LATEST_CAUSES)
            named = list(dict.fromkeys(found[0] for found in latest))
        self._name(tx, user_id, notification_id, named, count)

    def _name(
        self, tx: Transaction, user_id: UserId, notification_id: NotificationId, actors: Sequence[UserId], count: int
    ) -> None:
        tx.send(_NAME, of_user=user_id, this=notification_id, actors=list(actors[:MOST_ACTORS]), count=count)


async def _ended(tx: Transaction, ending: End) -> Sequence[Record]:
    match ending:
        case EndedForAll(kind, subject, cause, but):
            return await tx.fetch(ENDED_FOR_ALL[kind], subject_id=subject, cause_id=cause, but=list(but))
        case ActorGone(kind, recipients, actor):
            return await tx.fetch(_END_OF_ACTOR, user_ids=list(recipients), kind=kind.value, actor_id=actor)
        case Ending(kind, recipients, subject, cause, up_to, at):
            which = {"user_ids": list(recipients), "kind": kind.value, "subject_id": subject}
            if cause is not None:
                return await tx.fetch(_END_ONE, **which, cause_id=cause)
            if at is not None:
                return await tx.fetch(_END_AT, **which, at=at)
            return await tx.fetch(_END_UP_TO, **which, up_to=_ALL if up_to is None else up_to)


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
