"""Sweeps out what a service's database keeps only for a while."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, DateTime, bindparam, delete, func, select

from mesh.clock import Clock, SystemClock
from mesh.data.database import Database
from mesh.data.statements import Statement, statement
from mesh.data.tables import idempotency_keys, inbox, outbox

KEEP_REPLIES = timedelta(hours=24)  # how long a client may repeat a call under its key
KEEP_PUBLISHED = timedelta(hours=24)  # long enough to refill a stream that lost its tail
KEEP_RECEIVED = timedelta(days=14)  # longer than the bus can deliver an event again, dead letters included
SLICE = timedelta(minutes=1)  # one DELETE takes what a minute wrote


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows that are dropped some time after a moment of theirs."""

    keep: timedelta
    oldest: Statement
    drop: Statement


def kept(moment: Column[Any], keep: timedelta) -> Kept:
    """Keep rows for `keep` after a moment, by which an index finds them; those without it stay."""
    return Kept(
        keep,
        statement(select(func.min(moment)).where(moment.is_not(None))),
        statement(delete(moment.table).where(moment < bindparam("until", type_=DateTime(timezone=True)))),
    )


_ALL = (
    kept(idempotency_keys.c.created_at, KEEP_REPLIES),
    kept(outbox.c.published_at, KEEP_PUBLISHED),
    kept(inbox.c.received_at, KEEP_RECEIVED),
)


class Janitor:
    """Removes stored replies and published events after a day, received events after two weeks; any number may run."""

    def __init__(
        self,
        database: Database,
        *,
        also: Sequence[Kept] = (),
        clock: Clock | None = None,
    ) -> None:
        self._database = database
        self._all = (*_ALL, *also)
        self._clock = clock or SystemClock()

    async def sweep(self) -> int:
        """Remove everything that is past its time, slice by slice; returns the number of rows."""
        swept = 0
        for rows in self._all:
            async for until in self._slices(rows):
                swept += await self._database.execute(rows.drop, until=until)
        return swept

    async def _slices(self, rows: Kept) -> AsyncGenerator[datetime]:
        end = self._clock.now() - rows.keep
        while (oldest := await self._database.fetch_value(rows.oldest)) is not None and oldest < end:
            yield min(oldest + SLICE, end)
