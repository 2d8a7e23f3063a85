"""The connections table: two mirrored rows a pair, written together or not at all."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import (
    Listing,
    Querier,
    Statement,
    Transaction,
    constant,
    keyset,
    statement,
)
from svc_profile.domain.connection import OPEN, TERM, Connection, Pair, Status
from svc_profile.domain.ids import UserId
from svc_profile.domain.transition import Transition
from svc_profile.store.dated import Dated
from svc_profile.store.tables import blocks, connection_history, connections

_c = connections.c
_STATE = (_c.status, _c.requested_by, _c.note, _c.created_at, _c.updated_at, _c.accepted_at)
_ROW = (_c.user_id == bindparam("user_id"), _c.connected_user_id == bindparam("connected_user_id"))

_LOCK = statement(select(_c.user_id, _c.connected_user_id, *_STATE).where(*_ROW).with_for_update())
_blank = upsert(connections).values(
    user_id=bindparam("user_id"), connected_user_id=bindparam("connected_user_id"), status=bindparam("status")
)
_LOCK_OR_CREATE = statement(
    _blank.on_conflict_do_update(
        index_elements=[_c.user_id, _c.connected_user_id], set_={"status": _c.status}
    ).returning(_c.user_id, _c.connected_user_id, *_STATE)
)
_SAVE = statement(update(connections).where(*_ROW).values({one: bindparam(f"new_{one.name}") for one in _STATE}))
_FORGET = statement(delete(connections).where(*_ROW, _c.status == constant(Status.NONE.value)))
_h = connection_history
_RECORD = statement(
    insert(_h).values(
        [
            {
                _h.c.user_id: bindparam(f"user_{side}"),
                _h.c.connected_user_id: bindparam(f"user_{1 - side}"),
                _h.c.change_id: bindparam("change_id"),
                _h.c.from_status: bindparam("from_status"),
                _h.c.to_status: bindparam("to_status"),
                _h.c.actor_id: bindparam("actor_id"),
                _h.c.asked_by: bindparam("asked_by"),
                _h.c.changed_at: bindparam("changed_at"),
            }
            for side in (0, 1)
        ]
    )
)

_remembered = select(
    _h.c.change_id,
    _h.c.connected_user_id,
    _h.c.from_status,
    _h.c.to_status,
    _h.c.actor_id,
    _h.c.asked_by,
    _h.c.changed_at,
).where(_h.c.user_id == bindparam("user_id"))
_HISTORY = keyset(_remembered, _h.c.change_id.desc(), _h.c.connected_user_id.desc())
_HISTORY_WITH = keyset(_remembered.where(_h.c.connected_user_id == bindparam("other")), _h.c.change_id.desc())

_MINE = _c.user_id == bindparam("user_id")
_ACCEPTED = _c.status == constant(Status.ACCEPTED.value)
_OPEN = _c.status.in_([constant(one.value) for one in sorted(OPEN)])
_WAITS = {True: _OPEN, False: _c.status == constant(Status.PENDING.value)}  # who is ignored is not told
_NOT_OVER = _c.created_at > bindparam("since")
_unblocked = ~_c.connected_user_id.in_(
    select(blocks.c.other_id).where(blocks.c.user_id == bindparam("viewer")).scalar_subquery()
)
_COUNT_FOR = statement(select(func.count()).where(_MINE, _ACCEPTED, _unblocked).select_from(connections))
_IDS = statement(select(_c.connected_user_id).where(_MINE, _ACCEPTED))
_NEWEST = keyset(
    select(_c.connected_user_id, _c.accepted_at).where(_MINE, _ACCEPTED, _unblocked),
    _c.accepted_at.desc(),
    _c.connected_user_id.desc(),
    set_on_entry=[_c.accepted_at],
)
_REQUESTED_BY_ME = {True: _c.requested_by == _c.user_id, False: _c.requested_by != _c.user_id}
_WAITING = {
    sent: keyset(
        select(_c.connected_user_id, *_STATE).where(_MINE, _WAITS[sent], which, _NOT_OVER),
        _c.created_at.desc(),
        _c.connected_user_id.desc(),
        set_on_entry=[_c.created_at],
    )
    for sent, which in _REQUESTED_BY_ME.items()
}
_COUNT_PENDING = {
    sent: statement(select(func.count()).select_from(connections).where(_MINE, _WAITS[sent], which, _NOT_OVER))
    for sent, which in _REQUESTED_BY_ME.items()
}
OVER = statement(
    select(_c.user_id, _c.connected_user_id, *_STATE)
    .where(_OPEN, _c.user_id < _c.connected_user_id, _c.created_at <= bindparam("until"))
    .order_by(_c.created_at)
    .limit(bindparam("most")),
    name="SELECT requests that are over",
)
STREAMED = keyset(
    select(_c.user_id, _c.connected_user_id, _c.accepted_at).where(_c.user_id < _c.connected_user_id, _ACCEPTED),
    _c.user_id,
    _c.connected_user_id,
    name="stream connections",
)


class Change(NamedTuple):
    """A step of a pair from one state to the next, as both members' history keeps it."""

    id: UUID
    before: Connection
    after: Connection
    actor: UserId


class ConnectionRepository:
    """Loads, locks and saves connections.

    Pairs are locked one after the other in their order, and row by row, `(lo, hi)` then `(hi, lo)`, each by equality on
    the shard key: whoever wants some of the same rows meets at the first of them and never deadlocks. The statements
    travel together, and the server keeps their order.
    """

    async def lock(self, tx: Transaction, pairs: Iterable[Pair]) -> dict[Pair, Connection]:
        """The states of pairs, locked until the transaction ends; `none` where the two never met.

        Without the first row nothing is known of a pair, whatever became of the second since: a request that writes
        both may be under way. A transaction locks once, so that it keeps the order.
        """
        return await self._locked(tx, _LOCK, pairs)

    async def lock_or_create(self, tx: Transaction, pairs: Iterable[Pair]) -> dict[Pair, Connection]:
        """Like `lock`, with rows to lock for those who never met, so that two first requests meet as well."""
        return await self._locked(tx, _LOCK_OR_CREATE, pairs, status=Status.NONE.value)

    async def _locked(
        self, tx: Transaction, locking: Statement, pairs: Iterable[Pair], **extra: str
    ) -> dict[Pair, Connection]:
        ordered = sorted(set(pairs))
        keys = [{**key, **extra} for pair in ordered for key in _keys(pair)]
        rows = {(row["user_id"], row["connected_user_id"]): row for row in await tx.fetch_each(locking, keys)}
        return {pair: _connection(pair, rows[pair]) if pair in rows else Connection(pair) for pair in ordered}

    def save(self, tx: Transaction, changes: Sequence[Change]) -> None:
        """Write, with the commit, locked pairs as the last change of each leaves them, and all changes as history."""
        for pair, state in {change.after.pair: _state(change.after) for change in changes}.items():
            for key in _keys(pair):
                tx.send(_SAVE, **key, **state)
        for id_, before, after, actor in changes:
            tx.send(
                _RECORD,
                user_0=after.pair.lo,
                user_1=after.pair.hi,
                change_id=id_,
                from_status=before.status.value,
                to_status=after.status.value,
                actor_id=actor,
                asked_by=before.requested_by,
                changed_at=after.updated_at,
            )

    def forget(self, tx: Transaction, pairs: Sequence[Pair]) -> None:
        """Drop, with the commit, the rows of locked pairs who never met."""
        for pair in pairs:
            for key in _keys(pair):
                tx.send(_FORGET, **key)

    async def ids(self, q: Querier, user_id: UserId) -> list[UserId]:
        """All accepted connections of a member, in no order."""
        return [row[0] for row in await q.fetch(_IDS, user_id=user_id)]

    async def count_for(self, q: Querier, user_id: UserId, viewer: UserId) -> int:
        """How many of them no block hides from a viewer."""
        return await q.fetch_value(_COUNT_FOR, user_id=user_id, viewer=viewer)

    def newest(self, q: Querier, user_id: UserId, viewer: UserId) -> Listing[Dated]:
        """Accepted connections that no block hides from a viewer, newest first."""
        return _NEWEST.of(q, lambda row: Dated(*row), user_id=user_id, viewer=viewer)

    def pending(self, q: Querier, user_id: UserId, now: datetime, *, sent: bool) -> Listing[Connection]:
        """Requests the member sent, or those they received and do not ignore, newest first."""
        return _WAITING[sent].of(
            q,
            lambda row: _connection(Pair.of(user_id, row["connected_user_id"]), row),
            user_id=user_id,
            since=now - TERM,
        )

    async def over(self, q: Querier, now: datetime, most: int) -> list[Connection]:
        """Open requests that waited too long, those of the longest ago first."""
        rows = await q.fetch(OVER, until=now - TERM, most=most)
        return [_connection(Pair(row["user_id"], row["connected_user_id"]), row) for row in rows]

    def history(self, q: Querier, user_id: UserId, other: UserId | None) -> Listing[Transition]:
        """What happened to a member's connections, or to that with one other, newest first."""

        def transition(row: Any) -> Transition:
            id_, whom, before, after, actor, asked_by, at = row
            return Transition(id_, whom, Status(before), Status(after), actor, asked_by, at)

        if other is None:
            return _HISTORY.of(q, transition, user_id=user_id)
        return _HISTORY_WITH.of(q, transition, user_id=user_id, other=other)

    async def count_pending(self, q: Querier, user_id: UserId, now: datetime, *, sent: bool) -> int:
        """How many requests of one direction wait."""
        return await q.fetch_value(_COUNT_PENDING[sent], user_id=user_id, since=now - TERM)

    def all(self, q: Querier) -> Listing[tuple[Pair, datetime]]:
        """Every pair that is connected and since when, in the order of ids."""
        return STREAMED.of(q, lambda row: (Pair(row[0], row[1]), row[2]))


def _both(pair: Pair) -> tuple[tuple[UserId, UserId], tuple[UserId, UserId]]:
    """The keys of a pair's rows, in the order in which they are locked."""
    return (pair.lo, pair.hi), (pair.hi, pair.lo)


def _keys(pair: Pair) -> list[dict[str, UserId]]:
    """The same as parameters."""
    return [{"user_id": one, "connected_user_id": other} for one, other in _both(pair)]


def _state(connection: Connection) -> dict[str, Any]:
    """What both rows hold of it, as parameters."""
    return {
        "new_status": connection.status.value,
        "new_requested_by": connection.requested_by,
        "new_note": connection.note,
        "new_created_at": connection.created_at,
        "new_updated_at": connection.updated_at,
        "new_accepted_at": connection.accepted_at,
    }


def _connection(pair: Pair, row: Any) -> Connection:
    return Connection(
        pair=pair,
        status=Status(row["status"]),
        requested_by=row["requested_by"],
        note=row["note"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        accepted_at=row["accepted_at"],
    )
