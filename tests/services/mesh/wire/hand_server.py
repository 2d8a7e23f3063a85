"""A server made by hand: whatever a real one would never do, it can."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

from mesh.wire import frames, messages
from mesh.wire.fields import Fields
from mesh.wire.frames import END_STREAM
from mesh.wire.hpack import Encoder

OK = ((":status", "200"), ("content-type", "application/grpc"))
GREETING = frames.settings(())


class Frame(NamedTuple):
    """A frame of the client's."""

    kind: int
    flags: int
    stream: int
    payload: bytes


class Visit:
    """One connection, as the server sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, first: bool) -> None:
        self.first = first
        """Whether it is the server's first."""
        self.reader = reader
        self.writer = writer
        self.seen: list[Frame] = []
        """Every frame so far."""
        self.ended = asyncio.Event()
        """Set when `serve` is done with the connection, as a client that closes it makes it."""

    def say(self, *octets: bytes) -> None:
        """Write to the client."""
        self.writer.write(b"".join(octets))

    async def greet(self, *settings: tuple[int, int]) -> None:
        """Do what every HTTP/2 server does first."""
        await self.reader.readexactly(len(frames.PREFACE))
        self.say(frames.settings(settings), frames.SETTINGS_ACK)

    async def frame(self) -> Frame:
        """Return the next frame."""
        high, low, kind, flags, stream = frames.HEAD.unpack(await self.reader.readexactly(frames.HEAD_SIZE))
        frame = Frame(kind, flags, stream, await self.reader.readexactly(high << 16 | low))
        self.seen.append(frame)
        return frame

    async def until(self, kind: int) -> Frame:
        """Return the next frame of a kind."""
        while (frame := await self.frame()).kind != kind or (kind == frames.PING and frame.flags & frames.ACK):
            pass
        return frame

    async def answered(self) -> None:
        """Return when the client has answered a PING, and so has handled all that was said before it."""
        while (frame := await self.frame()).kind != frames.PING or not frame.flags & frames.ACK:
            pass

    async def call(self) -> int:
        """Return the stream of the next call."""
        return (await self.until(frames.HEADERS)).stream

    async def gone(self) -> None:
        """Return when the client has closed the connection."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await self.frame()


class Hand(NamedTuple):
    """A server that runs."""

    port: int
    visits: list[Visit]


@asynccontextmanager
async def hand(
    serve: Callable[[Visit], Awaitable[None]], *, port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncGenerator[Hand]:
    """Let `serve` have each connection, until the client has closed it; a client that leaves ends it."""
    visits: list[Visit] = []
    tasks: set[asyncio.Task[None]] = set()

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        one = Visit(reader, writer, first=not visits)
        visits.append(one)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                await serve(one)
        except asyncio.CancelledError:
            pass  # the test is over
        finally:
            one.ended.set()
            writer.transport.abort()
            tasks.discard(task)

    server = await asyncio.start_server(visit, "127.0.0.1", port, ssl=tls)
    try:
        yield Hand(server.sockets[0].getsockname()[1], visits)
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await server.wait_closed()
        await asyncio.sleep(0)


def head(stream: int, fields: Fields = OK, flags: int = 0) -> bytes:
    """Return HEADERS."""
    return frames.block(stream, Encoder().encode(fields), flags, frames.DEFAULT_FRAME_SIZE)


def data(stream: int, body: bytes, flags: int = 0) -> bytes:
    """Return DATA."""
    return frames.frame(frames.DATA, flags, stream, body)


def message(stream: int, text: bytes) -> bytes:
    """Return DATA with one message."""
    return data(stream, messages.framed(text))


def trailers(stream: int, *fields: tuple[str, str], code: str = "0") -> bytes:
    """Return the end of a response."""
    return head(stream, (("grpc-status", code), *fields), END_STREAM)


def answer(stream: int, text: bytes = b"x") -> bytes:
    """Return a whole response."""
    return head(stream) + message(stream, text) + trailers(stream)


async def answering(visit: Visit) -> None:
    """Serve calls of one request as they should be served."""
    await visit.greet()
    while True:
        stream = await visit.call()
        await visit.until(frames.DATA)
        visit.say(answer(stream))
