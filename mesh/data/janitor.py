"""Sweeps out what a service's database keeps only for a while."""

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, DateTime, bindparam, delete, func, select

from mesh.clock import Clock, SystemClock
from mesh.data.database import Database
from mesh.data.statements import Statement, statement
from mesh.data.tables import idempotency_keys, inbox, outbox
from mesh.errors import Failure
from mesh.telemetry import get_logger

_log = get_logger(__name__)

KEEP_REPLIES = timedelta(hours=24)  # how long a client may repeat a call under its key
KEEP_PUBLISHED = timedelta(hours=24)  # long enough to refill a stream that lost its tail
KEEP_RECEIVED = timedelta(days=14)  # longer than the bus can deliver an event again, dead letters included
SLICE = timedelta(minutes=1)  # one DELETE takes what a minute wrote
_EVERY_SECONDS = 60.0


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

    name = "janitor"

    def __init__(
        self,
        database: Database,
        *,
        also: Sequence[Kept] = (),
        clock: Clock | None = None,
        every_seconds: float = _EVERY_SECONDS,
    ) -> None:
        self._database = database
        self._all = (*_ALL, *also)
        self._clock = clock or SystemClock()
        self._every_seconds = every_seconds
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Sweep from now on, now and then."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop at once; what is left is swept another time."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

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

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_seconds * random.uniform(0.5, 1.5))  # noqa: S311 - janitors spread out
            try:
                await self.sweep()
            except Failure as error:
                _log.warning("sweep_failed", reason=error.reason)
            except Exception:  # noqa: BLE001 - logged; the next sweep tries again
                _log.exception("sweep_failed")
