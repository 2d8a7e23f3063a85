"""A line to one Redis server, connected when it is first needed and anew after it was lost."""

import asyncio
from collections.abc import Callable
from typing import Any

from prometheus_client import Counter

from mesh.cache.connection import Connection
from mesh.cache.errors import Redirected, unavailable
from mesh.cache.packing import pack
from mesh.cache.server import Server

CONNECT_SECONDS = 1.0
"""For the connection and its greeting."""

PING = pack(("PING",))

_failures = Counter("guild_cache_failures", "Connections that failed callers.")


class Line:
    """Sends packed commands to `server`; `on_lost` hears why it cannot.

    A connection that was lost while nobody waited is made anew by the next command, and nobody hears of it.
    """

    def __init__(self, server: Server, on_lost: Callable[[Exception], None]) -> None:
        self.server = server
        self._on_lost = on_lost
        self._connection: Connection | None = None
        self._connecting: set[asyncio.Task[None]] = set()

    def submit(self, _key: str, command: bytes) -> asyncio.Future[Any]:
        """Send a command; raises CacheUnavailable at once while too many wait."""
        return self.send(command)

    def send(self, command: bytes) -> asyncio.Future[Any]:
        """Send a command that has no key."""
        return (self._connection or self._connect()).send(command)

    async def follow(self, redirected: Redirected, _command: bytes) -> Any:
        """Raise CacheUnavailable: whoever configures a node of a cluster as a single server has no cache."""
        raise unavailable(redirected)

    async def reach(self) -> None:
        """Make sure that the server answers, over a new connection where need be; raises CacheUnavailable."""
        await self.send(PING)

    async def close(self) -> None:
        """Let commands on their way end, then close."""
        if self._connection is not None:
            await self._connection.settled()
        self.drop()

    def drop(self) -> None:
        """Close at once."""
        for task in self._connecting:
            task.cancel()
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.lose(ConnectionAbortedError("the cache was stopped"))

    def _connect(self) -> Connection:
        connection = self._connection = Connection(asyncio.get_running_loop(), self._lost)
        task = asyncio.create_task(self._open(connection), name=f"redis {self.server.host or self.server.path}")
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)
        return connection

    async def _open(self, connection: Connection) -> None:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self.server.connect(connection)
                await connection.greet(self.server.greeting)
        except Exception as error:  # noqa: BLE001 - whatever the network or the server has against it
            connection.lose(error)

    def _lost(self, connection: Connection, error: Exception, felt: bool) -> None:
        if connection is not self._connection:
            return
        self._connection = None
        if felt:
            _failures.inc()
            self._on_lost(error)
