"""Erasures with what each service has done of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Querier, Record, Transaction, kept, statement
from mesh.privacy import Place, PlaceKind
from svc_profile.domain.erasure import KEEP, SETTLE, Erasure, State
from svc_profile.store.tables import erasure_steps, erasures

_e, _s = erasures.c, erasure_steps.c
_FIELDS = (
    _e.erasure_id,
    _e.user_id,
    _e.receipt_hash,
    _e.state,
    _e.requested_at,
    _e.erase_after,
    _e.due_at,
    _e.attempts,
    _e.erased_at,
)
_CHANGED = ("user_id", "state", "due_at", "attempts", "erased_at")
_THIS = _e.erasure_id == bindparam("of_erasure")
_FIND = statement(select(*_FIELDS).where(_THIS))
_LOCK = statement(select(*_FIELDS).where(_THIS).with_for_update())
_INSERT = statement(insert(erasures).values({column.name: bindparam(column.name) for column in _FIELDS}))
_SAVE = statement(update(erasures).where(_THIS).values({name: bindparam(f"new_{name}") for name in _CHANGED}))
DUE = statement(
    select(_e.erasure_id).where(_e.due_at <= bindparam("now")).order_by(_e.due_at).limit(bindparam("size")),
    name="due erasures",
)
_STEPS = statement(
    select(_s.service, _s.rounds, _s.places, _s.finished_at).where(_s.erasure_id == bindparam("of_erasure"))
)
_step = upsert(erasure_steps).values({column.name: bindparam(column.name) for column in _s})
_FINISH_STEP = statement(
    _step.on_conflict_do_update(
        index_elements=[_s.erasure_id, _s.service],
        set_={name: _step.excluded[name] for name in ("rounds", "places", "finished_at")},
    )
)
ERASURES_SWEPT = (
    kept(_e.requested_at, KEEP + 2 * SETTLE + timedelta(days=60)),
    kept(_s.finished_at, KEEP),
)


class Step(NamedTuple):
    """What one service has done: how often it was done with everything, and what became of what."""

    service: str
    rounds: int
    places: Sequence[Place]
    finished_at: datetime


class ErasureRepository:
    """Loads and saves erasures."""

    async def find(self, q: Querier, erasure_id: UUID) -> Erasure | None:
        """One erasure."""
        row = await q.fetch_one(_FIND, of_erasure=erasure_id)
        return _erasure(row) if row else None

    async def lock(self, tx: Transaction, erasure_id: UUID) -> Erasure | None:
        """One erasure, locked until the transaction ends."""
        row = await tx.fetch_one(_LOCK, of_erasure=erasure_id)
        return _erasure(row) if row else None

    async def due(self, q: Querier, now: datetime, size: int) -> list[UUID]:
        """What is to be worked on, the longest due first."""
        return [row[0] for row in await q.fetch(DUE, now=now, size=size)]

    def add(self, tx: Transaction, erasure: Erasure) -> None:
        """Store a new erasure, with the commit."""
        names = {name: getattr(erasure, name) for name in (*_CHANGED, "receipt_hash", "requested_at", "erase_after")}
        tx.send(_INSERT, erasure_id=erasure.id, **names | {"state": erasure.state.value})

    def save(self, tx: Transaction, erasure: Erasure) -> None:
        """Store a changed erasure, with the commit."""
        names = {f"new_{name}": getattr(erasure, name) for name in _CHANGED}
        tx.send(_SAVE, of_erasure=erasure.id, **names | {"new_state": erasure.state.value})

    async def steps(self, q: Querier, erasure_id: UUID) -> dict[str, Step]:
        """What each service has done."""
        rows = await q.fetch(_STEPS, of_erasure=erasure_id)
        return {row[0]: Step(row[0], row[1], _places(row[2]), row[3]) for row in rows}

    def finish_step(self, tx: Transaction, erasure_id: UUID, step: Step) -> None:
        """Store that a service is done once more, with the commit."""
        tx.send(
            _FINISH_STEP,
            erasure_id=erasure_id,
            service=step.service,
            rounds=step.rounds,
            places=orjson.dumps([_written(place) for place in step.places]).decode(),
            finished_at=step.finished_at,
        )


def _erasure(row: Record) -> Erasure:
    fields = dict(row)
    return Erasure(id=fields.pop("erasure_id"), state=State(fields.pop("state")), **fields)


def _written(place: Place) -> tuple[str, str, int, int, str, float | None]:
    seconds = None if place.period is None else place.period.total_seconds()
    return place.kind.value, place.name, place.erased, place.kept, place.why, seconds


def _places(text: str) -> list[Place]:
    return [
        Place(PlaceKind(kind), name, erased, kept_rows, why, None if period is None else timedelta(seconds=period))
        for kind, name, erased, kept_rows, why, period in orjson.loads(text)
    ]
