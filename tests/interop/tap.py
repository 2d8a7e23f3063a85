"""A relay between a client and its server that counts the octets of each direction."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from mesh.embedded import free_port

_CHUNK = 64 * 1024


@dataclass(slots=True)
class Count:
    """Octets since the last look."""

    sent: int = 0
    received: int = 0


class Tap:
    """Listens on a loopback port of its own; connects onward for each client."""

    def __init__(self, upstream: str) -> None:
        self._host, _, port = upstream.rpartition(":")
        self._port = int(port)
        self._count = Count()
        self._ends: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        """Where clients connect."""
        return f"127.0.0.1:{self._own}"

    async def __aenter__(self) -> Self:
        self._own = free_port()
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", self._own)
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        for end in self._ends:
            end.close()
        await self._server.wait_closed()

    def take(self) -> Count:
        """Return what was counted since the last time."""
        count, self._count = self._count, Count()
        return count

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, onward = await asyncio.open_connection(self._host, self._port)
        ends = {writer, onward}
        self._ends |= ends
        await asyncio.gather(self._copy(reader, onward, "sent"), self._copy(answers, writer, "received"))
        self._ends -= ends

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, direction: str) -> None:
        """Copy until one end closes, then close the other."""
        with suppress(ConnectionError):
            while chunk := await reader.read(_CHUNK):
                setattr(self._count, direction, getattr(self._count, direction) + len(chunk))
                writer.write(chunk)
                await writer.drain()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
