"""Bidirectional streams."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc

from mesh.errors import Failure, Unavailable
from mesh.rpc.client.failures import restored
from mesh.rpc.client.line import Line
from mesh.rpc.client.method import Method
from mesh.rpc.client.outgoing import Metadata, remaining


class StreamEnded(Unavailable):
    """The peer has closed the stream; what was written last may not have been read."""

    reason = "STREAM_ENDED"


class DuplexCallable:
    """What a stub calls: `chat = stub.Chat()`, then write, read, done_writing; or iterate."""

    def __init__(self, line: Line, path: str, serialize: Any, deserialize: Any) -> None:
        self._method = Method(line, "stream_stream", path, serialize, deserialize)

    def __call__(
        self,
        request_iterator: Any = None,
        *,
        timeout: float | None = None,
        metadata: Metadata | None = None,
        **_: Any,
    ) -> "Duplex":
        """Open the stream; never repeated."""
        outgoing = self._method.prepare(timeout, metadata)
        left = remaining(outgoing.expires_at, self._method.path)
        call = self._method.callable()(request_iterator, timeout=left, metadata=outgoing.metadata)
        return Duplex(call, self._method.line.name)


class Duplex:
    """The transport's call, with Failures in place of its errors."""

    def __init__(self, call: Any, peer: str) -> None:
        self._call = call
        self._peer = peer
        self._writing = asyncio.Lock()

    async def write(self, message: Any) -> None:
        """Send one message; waits while the peer is slow. Several tasks may write, their messages go out in turn.

        Raises the Failure the stream ended with, or StreamEnded when it ended well.
        """
        async with self._writing:  # the transport takes one write at a time and breaks the call on a second
            try:
                await self._call.write(message)
            except grpc.aio.AioRpcError as error:
                raise restored(error, self._peer) from None
            except asyncio.InvalidStateError:
                raise await self._end() from None

    async def _end(self) -> Failure:
        code = await self._call.code()
        if code == grpc.StatusCode.OK:
            return StreamEnded(f"the stream to {self._peer} has ended")
        trailers, details = await self._call.trailing_metadata(), await self._call.details()
        return restored(grpc.aio.AioRpcError(code, grpc.aio.Metadata(), trailers, details), self._peer)

    async def read(self) -> Any:
        """Return the next message, or grpc.aio.EOF when the peer is done."""
        try:
            return await self._call.read()
        except grpc.aio.AioRpcError as error:
            raise restored(error, self._peer) from None

    async def done_writing(self) -> None:
        """Say that no more messages will come from here."""
        await self._call.done_writing()

    def cancel(self) -> bool:
        """End the stream in both directions."""
        return self._call.cancel()

    async def trailers(self) -> dict[str, str | bytes]:
        """Return the metadata that came with the status; waits for the end of the stream."""
        return dict(await self._call.trailing_metadata() or ())

    async def __aiter__(self) -> AsyncIterator[Any]:
        try:
            async for message in self._call:
                yield message
        except grpc.aio.AioRpcError as error:
            raise restored(error, self._peer) from None
