"""Carries the rules out for one member."""

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Table

from mesh.clock import Clock
from mesh.data import Database, Record, Statement, Transaction
from mesh.ids import UserId
from mesh.privacy.ledger import COUNT, COUNTED
from mesh.privacy.places import Place, PlaceKind, Wipe
from mesh.privacy.rulebook import Rules
from mesh.privacy.rules import Blank, Keep, Personal, Settle
from mesh.privacy.statements import place_of

PAGE_ROWS = 100
"""Records that are read at once for an export."""
BATCH_ROWS = 500
"""Rows of one transaction of an erasure: it holds their locks for some milliseconds."""
WORK_SECONDS = 5.0
"""How long one call erases before it answers that more is to do."""


class Batch(NamedTuple):
    """Some records of one section of an export, as JSON objects."""

    section: str
    records: list[str]


class Erased(NamedTuple):
    """What became of everything, and whether nothing is left to do."""

    done: bool
    places: list[Place]


class PersonalData:
    """One service's part of exports and erasures. Both may be broken off anywhere, and begun again."""

    def __init__(
        self,
        db: Database,
        rules: Rules,
        clock: Clock,
        wipes: Sequence[Wipe] = (),
        *,
        settle: Mapping[Table, Settle] = MappingProxyType({}),
        timer: Callable[[], float] = time.monotonic,
        batch_rows: int = BATCH_ROWS,
    ) -> None:
        """`settle` is as with Delete, for what needs more than the database: it follows every batch of a table.

        Raises ValueError where it is not of exactly the tables that the rules call `settled`, and for two places of one
        name, as what went of each is counted by it.
        """
        if rules.settled != frozenset(settle):
            wanted, given = (sorted(table.name for table in tables) for tables in (rules.settled, settle))
            raise ValueError(f"the rules want {wanted} to be settled outside of the database, and {given} are")
        names = [*{rule.table.name for rule, _ in rules.personal}, *(wipe.name for wipe in wipes)]
        if len(set(names)) < len(names):
            raise ValueError(f"two places have one name: {', '.join(sorted(names))}")
        self._db = db
        self._settle = settle
        self._clock = clock
        self._wipes = wipes
        self._timer = timer
        self._batch_rows = batch_rows
        self._rules = rules.personal

    async def export(self, user_id: UserId) -> AsyncIterator[Batch]:
        """Everything that is shown to the member, section after section."""
        for rule, compiled in self._rules:
            if compiled.first is None or compiled.next is None:
                continue
            rows = await self._db.fetch(compiled.first, user_id=user_id, size=PAGE_ROWS)
            while rows:
                yield Batch(rule.section, [_record(rule, row) for row in rows])
                if len(rows) < PAGE_ROWS:
                    break
                place = place_of(rule, rows[-1])
                rows = await self._db.fetch(compiled.next, user_id=user_id, size=PAGE_ROWS, **place)

    async def erase(self, user_id: UserId, erasure_id: UUID) -> Erased:
        """Erase for some seconds; what is done stays done, and is counted under the id of the erasure."""
        until = self._timer() + WORK_SECONDS
        done = True
        for rule, compiled in self._rules:
            if compiled.erase is not None and not await self._erase(rule, compiled.erase, user_id, erasure_id, until):
                done = False
                break
        if done:
            for wipe in self._wipes:
                await self._count(wipe.name, erasure_id, await wipe.run(user_id))
        return Erased(done, await self._places(user_id, erasure_id))

    async def _erase(self, rule: Personal, erase: Statement, user_id: UserId, erasure_id: UUID, until: float) -> bool:
        """Erase the rows of one rule; False when the time is over first."""

        async def batch(tx: Transaction) -> int:
            rows = await tx.fetch(erase, user_id=user_id, size=self._batch_rows)
            if rows and not isinstance(rule.erase, Keep) and rule.erase.settle is not None:
                await rule.erase.settle(tx, rows)
            if rows and (further := self._settle.get(rule.table)):
                await further(tx, rows)
            if rows:
                counted = {"erased": len(rows), "updated_at": self._clock.now()}
                tx.send(COUNT, erasure_id=erasure_id, place=rule.table.name, **counted)
            return len(rows)

        # to the first empty one: a batch is also short where somebody else deleted some of its rows meanwhile, and what
        # is left of mirrored rows is found no more once the own ones are gone
        while await self._db.transact(batch):
            if self._timer() > until:
                return False
        return True

    async def _count(self, place: str, erasure_id: UUID, erased: int) -> None:
        if erased:
            now = self._clock.now()
            await self._db.execute(COUNT, erasure_id=erasure_id, place=place, erased=erased, updated_at=now)

    async def _places(self, user_id: UserId, erasure_id: UUID) -> list[Place]:
        counted = {row["place"]: row["erased"] for row in await self._db.fetch(COUNTED, erasure_id=erasure_id)}
        tables: dict[str, Place] = {}
        for rule, compiled in self._rules:
            name = rule.table.name
            left = await self._db.fetch_value(compiled.left, user_id=user_id) if compiled.left else 0
            why, period = _reason(rule)
            before = tables.get(name) or Place(PlaceKind.TABLE, name, counted.get(name, 0))
            tables[name] = before._replace(
                kept=before.kept + left, why=before.why or why, period=before.period or period
            )
        wiped = [Place(wipe.kind, wipe.name, counted.get(wipe.name, 0)) for wipe in self._wipes]
        return [*tables.values(), *wiped]


def _reason(rule: Personal) -> tuple[str, timedelta | None]:
    match rule.erase:
        case Keep(why, period):
            return why, period
        case Blank(why=why, period=period):
            return why, period
        case _:
            return "", None


def _record(rule: Personal, row: Record) -> str:
    shown = {name: row[name] for name in rule.shows.split()}
    return orjson.dumps(shown, default=_plain).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return str(value)
