"""Sends commands on their way, or fails them at once while the cache is down."""

import asyncio
from collections.abc import Sequence
from typing import Any

from mesh.cache.breaker import Breaker
from mesh.cache.cluster import ClusterLines
from mesh.cache.errors import Redirected, unavailable
from mesh.cache.line import Line
from mesh.cache.packing import Command, pack
from mesh.cache.server import Server


class Sender:
    """What all commands of a cache go through; replies are those of the server, in RESP3."""

    def __init__(self, url: str, *, cluster: bool) -> None:
        self.cluster = cluster
        lines = ClusterLines if cluster else Line
        self._lines: Line | ClusterLines = lines(Server.of(url), self._trip)
        self.breaker = Breaker(self._lines.reach)

    def submit(self, key: str, command: Command) -> asyncio.Future[Any]:
        """Send a command with the others of this tick to who serves `key`, and return its reply to come.

        Await it by `reply`. Raises CacheUnavailable at once while the cache is down, TypeError for an argument the
        protocol has no form for.
        """
        packed = pack(command)
        if self.breaker.open:
            raise unavailable()
        return self._lines.submit(key, packed)

    async def reply(self, command: Command, sent: asyncio.Future[Any]) -> Any:
        """Await the reply to a command that was submitted; raises CommandRefused, CacheUnavailable."""
        try:
            return await sent
        except Redirected as redirected:
            return await self._lines.follow(redirected, pack(command))

    async def run(self, key: str, command: Command) -> Any:
        """Submit a command and await its reply."""
        try:
            return await self.submit(key, command)
        except Redirected as redirected:
            return await self._lines.follow(redirected, pack(command))

    async def run_all(self, commands: Sequence[tuple[str, Command]]) -> list[Any]:
        """Run commands, each given with its key, in one tick; raises what the first that failed did."""
        sent: list[asyncio.Future[Any]] = []
        try:
            sent.extend(self.submit(key, command) for key, command in commands)
            return [await self.reply(command, reply) for (_, command), reply in zip(commands, sent, strict=True)]
        finally:
            for reply in sent:
                self.forget(reply)

    @staticmethod
    def forget(sent: asyncio.Future[Any]) -> None:
        """Let go of a reply that nobody will await any more."""
        if not (sent.cancel() or sent.cancelled()):
            sent.exception()

    async def reach(self) -> None:
        """Connect; a server that is down opens the breaker, which goes on trying."""
        try:
            await self._lines.reach()
        except Exception as error:  # noqa: BLE001 - whatever keeps it from answering, it is down
            self.breaker.trip(error)

    async def close(self) -> None:
        """Let commands on their way end, then close the connections."""
        await self.breaker.close()
        await self._lines.close()

    def _trip(self, error: Exception) -> None:
        self.breaker.trip(error)
