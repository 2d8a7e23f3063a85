"""Keeps the epoch in force, as long as the database says that every change was told."""

import asyncio

from mesh.data import Database
from mesh.errors import Failure
from mesh.generations.fence import READ
from mesh.generations.registry import LEASE_SECONDS, Generations
from mesh.telemetry import get_logger

EVERY_SECONDS = 1.0
"""Two may fail before the epoch ends."""

_log = get_logger(__name__)


class Heartbeat:
    """A Part of every process of the writing service; one that is alive is enough."""

    name = "heartbeat"

    def __init__(self, database: Database, generations: Generations, *, every_seconds: float = EVERY_SECONDS) -> None:
        self._database = database
        self._generations = generations
        self._every_seconds = every_seconds
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Beat from now on."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Beat no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))

    async def beat(self) -> None:
        """Read the fence, keep the epoch in force for the lease *from before that read*; raises Unavailable.

        So a fence that is raised later is seen by all beats that end more than a lease after it.
        """
        begun = await self._generations.time()
        fence = await self._database.fetch_value(READ) or 0
        await self._generations.beat(fence, begun + int(LEASE_SECONDS * 1000))

    async def _run(self) -> None:
        while True:
            try:
                await self.beat()
            except Failure:
                pass  # the epoch ends by itself, and who asks is told what is true
            except Exception:  # noqa: BLE001 - the next one may succeed
                _log.exception("heartbeat_failed")
            await asyncio.sleep(self._every_seconds)
