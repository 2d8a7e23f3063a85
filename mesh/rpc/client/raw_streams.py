"""Streams of bytes to a peer, spread over as many connections as they need."""

import asyncio
from collections.abc import Callable
from typing import Any

import grpc

from mesh.errors import Code, Failure
from mesh.rpc.client.failures import restored
from mesh.rpc.client.line import Line
from mesh.rpc.client.method import Method
from mesh.rpc.client.outgoing import Metadata, remaining
from mesh.rpc.ended import Ended, Pairs, pairs_of
from mesh.rpc.status import of_transport

STREAMS_PER_CONNECTION = 800
"""A server takes a thousand at most, and queues the others without a word."""


class StreamLines:
    """Opens one more connection when all are full."""

    def __init__(self, make: Callable[[], Line], connect: Callable[[Line], None]) -> None:
        self._make = make
        self._connect = connect
        self._lines: list[_StreamLine] = []

    def open(self, path: str, metadata: Metadata, timeout: float | None) -> "RawStream":
        """Open a stream; raises DeadlineExceeded when no time is left."""
        line = next((one for one in self._lines if one.open < STREAMS_PER_CONNECTION), None)
        if line is None:
            line = _StreamLine(self._make())
            self._connect(line.line)
            self._lines.append(line)
        return line.stream(path, metadata, timeout)

    async def close(self, grace: float) -> None:
        """Close all connections."""
        lines, self._lines = self._lines, []
        await asyncio.gather(*(one.line.close(grace) for one in lines))


class _StreamLine:
    """One connection, with the number of its open streams."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.open = 0
        self._methods: dict[str, Method] = {}

    def stream(self, path: str, metadata: Metadata, timeout: float | None) -> "RawStream":
        method = self._methods.get(path)
        if method is None:
            method = self._methods[path] = Method(self.line, "stream_stream", path, None, None)
        outgoing = method.prepare(timeout, metadata)
        left = remaining(outgoing.expires_at, path)
        call = method.callable()(timeout=left, metadata=outgoing.metadata)
        self.open += 1
        call.add_done_callback(self._closed)
        return RawStream(call, self.line.name)

    def _closed(self, _: Any) -> None:
        self.open -= 1


class RawStream:
    """One open call; cancel it or read it to its end."""

    __slots__ = ("_call", "_peer")

    def __init__(self, call: Any, peer: str) -> None:
        self._call = call
        self._peer = peer

    async def read(self) -> bytes | None:
        """Return the next message, None when the peer ended with OK; raises Ended for any other end."""
        try:
            message = await self._call.read()
            if message is grpc.aio.EOF:  # a call that fails before its first message may end without an error
                return await self._end()
        except grpc.aio.AioRpcError as error:
            raise ended_with(error, self._peer) from None
        except asyncio.CancelledError as error:
            gone = lost(error, self._peer)
            raise (Ended(gone) if isinstance(gone, Failure) else gone) from None
        return message

    async def write(self, message: bytes) -> bool:
        """Send a message, waiting while the peer is slow; False when the call is over: `read` says how it ended."""
        try:
            await self._call.write(message)
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
            return False
        return True

    async def done_writing(self) -> None:
        """Say that no more messages will come from here."""
        if not self._call.done():
            await self._call.done_writing()

    def cancel(self) -> None:
        """End the call in both directions; does nothing to one that is over."""
        self._call.cancel()

    async def trailers(self) -> Pairs:
        """Return the metadata that came with the status; waits for the end of the call."""
        return pairs_of(await self._call.trailing_metadata())

    async def _end(self) -> None:
        code = await self._call.code()
        if code != grpc.StatusCode.OK:
            trailers = await self._call.trailing_metadata()
            raise grpc.aio.AioRpcError(code, await self._call.initial_metadata(), trailers, await self._call.details())


def ended_with(error: Any, peer: str) -> Ended:
    """Return what a transport's error says, with its trailers as they came."""
    code = Code(error.code().value[0])
    return Ended(restored(error, peer), pairs_of(error.trailing_metadata()), message=error.details() or "", code=code)


def lost(error: asyncio.CancelledError, peer: str) -> Failure | asyncio.CancelledError:
    """Return what a cancelled call means: this task was cancelled, or the channel was closed under the call."""
    task = asyncio.current_task()
    return error if task is not None and task.cancelling() else of_transport(Code.UNAVAILABLE, peer)
