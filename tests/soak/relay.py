"""A relay between clients and their server that cuts connections: both ends get a reset, in the middle of anything."""

import asyncio
import random
import socket
import struct
from contextlib import suppress
from typing import Self

_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: closing sends RST."""
_CHUNK = 64 * 1024
_CUT = (OSError, RuntimeError)
"""What a connection that was cut says; uvloop says it as RuntimeError."""


class Relay:
    """Listens on a loopback port of its own while the block lasts."""

    def __init__(self, upstream: str, seed: int, *, cut_seconds: float) -> None:
        self._host, _, port = upstream.rpartition(":")
        self._port = int(port)
        self._random = random.Random(seed)
        self._pairs: dict[asyncio.Task[None], tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = {}
        self._cut_seconds = cut_seconds
        self.paused = False
        self.cuts = 0

    @property
    def address(self) -> str:
        """Where clients connect."""
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self._cutter = asyncio.create_task(self._cut())
        return self

    async def __aexit__(self, *error: object) -> None:
        self._cutter.cancel()
        self._server.close()
        for task in list(self._pairs):
            task.cancel()

    async def _cut(self) -> None:
        while True:
            await asyncio.sleep(self._random.expovariate(1 / self._cut_seconds))
            if self._pairs and not self.paused:
                task = self._random.choice(list(self._pairs))
                for writer in self._pairs[task]:
                    reset(writer)
                self.cuts += 1

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, onward = await asyncio.open_connection(self._host, self._port)
        except OSError:
            reset(writer)
            return
        task = asyncio.current_task()
        assert task is not None
        self._pairs[task] = writer, onward
        try:
            await asyncio.gather(_copy(reader, onward), _copy(answers, writer))
        except asyncio.CancelledError:
            reset(writer)
            reset(onward)
        finally:
            del self._pairs[task]


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with RST."""
    end = writer.get_extra_info("socket")
    if end is not None and not writer.transport.is_closing():
        with suppress(*_CUT):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    writer.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(*_CUT):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.close()
    with suppress(*_CUT):
        await writer.wait_closed()
