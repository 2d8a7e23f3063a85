"""Keeps the epoch in force, as long as the database says that every change was told."""

from mesh.data import Database
from mesh.generations.fence import READ
from mesh.generations.registry import LEASE_SECONDS, Generations

EVERY_SECONDS = 1.0
"""Between two beats: two may fail before the epoch ends."""


class Heartbeat:
    """Beats in every process of the writing service; one that is alive is enough."""

    def __init__(self, database: Database, generations: Generations) -> None:
        self._database = database
        self._generations = generations

    async def beat(self) -> None:
        """Read the fence, keep the epoch in force for the lease *from before that read*; raises Unavailable.

        So a fence that is raised later is seen by all beats that end more than a lease after it.
        """
        begun = await self._generations.time()
        fence = await self._database.fetch_value(READ) or 0
        await self._generations.beat(fence, begun + int(LEASE_SECONDS * 1000))
