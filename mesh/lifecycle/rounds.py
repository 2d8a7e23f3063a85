"""Work that is done again and again beside everything else."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from mesh.errors import Failure
from mesh.telemetry import get_logger

_log = get_logger(__name__)


@dataclass
class Rounds:
    """A Part that does its work at its start and then every so many seconds; a round that fails is logged."""

    name: str
    work: Callable[[], Awaitable[object]]
    every_seconds: float
    _task: asyncio.Task[None] | None = field(default=None, init=False)

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
        while True:
            try:
                await self.work()
            except Failure as error:
                _log.warning("round_failed", of=self.name, reason=error.reason)
            except Exception:  # noqa: BLE001 - logged; the next round tries again
                _log.exception("round_failed", of=self.name)
            await asyncio.sleep(self.every_seconds)
