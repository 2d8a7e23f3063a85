"""A line between two services that a test may cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_CHUNK = 65_536


class TcpLine:
    """Forwards connections to an address, but for the length of a cut."""

    def __init__(self, target: str) -> None:
        self._host, _, port = target.partition(":")
        self._port = int(port)
        self._whole = True
        self._pipes: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Listen; returns the address."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        await self._hang_up()
        if self._server is not None:
            self._server.close()

    @asynccontextmanager
    async def cut(self) -> AsyncIterator[None]:
        """Break all connections and take no new ones."""
        self._whole = False
        await self._hang_up()
        try:
            yield
        finally:
            self._whole = True

    async def _hang_up(self) -> None:
        for pipe in self._pipes:
            pipe.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            writer.close()
            return
        try:
            there, back = await asyncio.open_connection(self._host, self._port)
        except OSError:  # who is called is away
            writer.close()
            return
        for source, sink in ((reader, back), (there, writer)):
            pipe = asyncio.create_task(_forward(source, sink))
            self._pipes.add(pipe)
            pipe.add_done_callback(self._pipes.discard)


async def _forward(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        try:
            while data := await source.read(_CHUNK):
                sink.write(data)
                await sink.drain()
        finally:
            sink.close()
