"""Work that is done again and again beside everything else."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from mesh.errors import Failure
from mesh.telemetry import get_logger

T = TypeVar("T")

_log = get_logger(__name__)


@dataclass
class Rounds:
    """A Part that does its work at its start, or a pause later, and then every so many seconds.

    A round that fails is not the last; what goes on failing is logged once, until a round succeeds. Pauses differ by up
    to `jitter` of them, so that processes that began together come apart.
    """

    name: str
    work: Callable[[], Awaitable[object]]
    every_seconds: float
    jitter: float = 0.1
    at_once: bool = True
    _task: asyncio.Task[None] | None = field(default=None, init=False)
    _told: str = field(default="", init=False)

    async def start(self) -> None:
        """Begin the first round."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop at once; what is left is for another time."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        if not self.at_once:
            await self._pause()
        while True:
            try:
                await self.work()
                self._told = ""
            except Exception as error:  # noqa: BLE001 - logged; the next round tries again
                self._tell(error)
            await self._pause()

    async def _pause(self) -> None:
        spread = random.uniform(1 - self.jitter, 1 + self.jitter)  # noqa: S311 - keeps no secret
        await asyncio.sleep(self.every_seconds * spread)

    def _tell(self, error: Exception) -> None:
        what = error.reason if isinstance(error, Failure) else type(error).__name__
        if what == self._told:
            return
        self._told = what
        if isinstance(error, Failure):
            _log.warning("round_failed", of=self.name, reason=what)
        else:
            _log.error("round_failed", of=self.name, exc_info=error)


async def one_by_one(of: str, items: Iterable[T], work: Callable[[T], Awaitable[object]]) -> list[T]:
    """Do something for each of the items, whatever becomes of the others; returns those for which it failed.

    All failures are one line of the log, with the first of them.
    """
    failed: list[T] = []
    first: Exception | None = None
    for item in items:
        try:
            await work(item)
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(item)
            first = first or error
    if first is not None:
        _log.warning("items_failed", of=of, number=len(failed), exc_info=first)
    return failed
