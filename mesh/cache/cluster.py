"""The lines of a Redis Cluster: one for each node, found by the slot of a key."""

import asyncio
import random
from collections.abc import Callable, Iterator
from typing import Any

from mesh.cache.errors import CacheUnavailable, CommandRefused, Redirected, unavailable
from mesh.cache.line import PING, Line
from mesh.cache.packing import pack
from mesh.cache.server import Server
from mesh.cache.slots import SLOTS, slot_of

MAX_REDIRECTS = 5
"""Of one command; a cluster that sends it on for longer does not know itself who serves it."""

_ASKING = pack(("ASKING",))
_WHO_SERVES = pack(("CLUSTER", "SLOTS"))


class ClusterLines:
    """Knows which node serves a slot since it last reached the cluster, and learns from redirections what moved."""

    def __init__(self, seed: Server, on_lost: Callable[[Exception], None]) -> None:
        self._seed = seed
        self._on_lost = on_lost
        self._lines: dict[tuple[str, int], Line] = {}
        self._serving: list[Line] = []

    def submit(self, key: str, command: bytes) -> asyncio.Future[Any]:
        """Send a command to who serves its key; raises CacheUnavailable at once while that is not known."""
        if not self._serving:
            error = unavailable()
            self._on_lost(error)
            raise error
        return self._serving[slot_of(key)].send(command)

    async def follow(self, redirected: Redirected, command: bytes) -> Any:
        """Send a command on to where it was redirected, from there as well; raises as the command does."""
        for _ in range(MAX_REDIRECTS):
            beside = self._serving[redirected.slot].server if self._serving else self._seed
            line = self._line(beside.at(redirected.host, redirected.port))
            if redirected.once:
                line.send(_ASKING).add_done_callback(_look_away)  # for the command right behind it
            elif self._serving:
                self._serving[redirected.slot] = line
            try:
                return await line.send(command)
            except Redirected as again:
                redirected = again
        raise unavailable(redirected)

    async def reach(self) -> None:
        """Learn who serves what, and make sure that they answer; raises CacheUnavailable."""
        served = await self._learn()
        serving: list[Line | None] = [None] * SLOTS
        for first, last, server in served:
            line = self._line(server)
            serving[first : last + 1] = [line] * (last + 1 - first)
        lines = {line for line in serving if line is not None}
        await asyncio.gather(*(line.send(PING) for line in lines))
        complete = [line for line in serving if line is not None]
        if len(complete) < SLOTS:
            raise unavailable(LookupError("nobody serves some slots of the cluster"))
        self._serving = complete
        for place, line in tuple(self._lines.items()):
            if line not in lines:
                del self._lines[place]
                line.drop()

    async def close(self) -> None:
        """Let commands on their way end, then close."""
        await asyncio.gather(*(line.close() for line in self._lines.values()))

    async def _learn(self) -> list[tuple[int, int, Server]]:
        """Ask one node after the other; in any order, since one that was cut off tells what is no longer true."""
        known = [line.server for line in self._lines.values()]
        random.shuffle(known)
        failure: Exception | None = None
        for server in (*known, self._seed):
            try:
                return list(_read(await self._line(server).send(_WHO_SERVES), server))
            except (CacheUnavailable, CommandRefused, ValueError, TypeError, LookupError) as error:
                failure = error
        raise unavailable(failure)

    def _line(self, server: Server) -> Line:
        line = self._lines.get((server.host, server.port))
        if line is None:
            line = self._lines[server.host, server.port] = Line(server, self._on_lost)
        return line


def _read(told: Any, by: Server) -> Iterator[tuple[int, int, Server]]:
    """Read CLUSTER SLOTS: of each range its first and last slot, then its nodes, the primary first."""
    for first, last, (host, port, *_), *_ in told:
        if not 0 <= first <= last < SLOTS:
            raise ValueError(f"the cluster has no slots {first} to {last}")
        yield first, last, by.at((host or b"").decode(), port)


def _look_away(reply: asyncio.Future[Any]) -> None:
    if not reply.cancelled():
        reply.exception()
