"""Streams of replies to one request."""

from collections.abc import AsyncGenerator
from typing import Any, Self

import grpc

from mesh.errors import Failure
from mesh.rpc.client.again import wait_or_raise
from mesh.rpc.client.failures import restored
from mesh.rpc.client.line import Line
from mesh.rpc.client.method import Method, Outgoing
from mesh.rpc.client.outgoing import Metadata, remaining

EOF = grpc.aio.EOF


class UnaryStreamCallable:
    """What a stub calls: `async for user in stub.StreamUsers(request)`."""

    def __init__(self, line: Line, path: str, serialize: Any, deserialize: Any) -> None:
        self._method = Method(line, "unary_stream", path, serialize, deserialize)

    def __call__(
        self, request: Any, *, timeout: float | None = None, metadata: Metadata | None = None, **_: Any
    ) -> "Replies":
        """Begin at the first message that is asked for; repeated only as long as nothing came."""
        return Replies(self._method, request, self._method.prepare(timeout, metadata))


class Replies:
    """An async iterator of replies that raises Failures; leaving it early needs `cancel` or `aclose`."""

    def __init__(self, method: Method, request: Any, outgoing: Outgoing) -> None:
        self._method = method
        self._request = request
        self._outgoing = outgoing
        self._call: Any = None
        self._messages = self._receive()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        return await anext(self._messages)

    async def aclose(self) -> None:
        """End the stream."""
        await self._messages.aclose()

    def cancel(self) -> None:
        """End the stream from outside of whoever reads it."""
        if self._call is not None:
            self._call.cancel()

    async def trailers(self) -> dict[str, str | bytes]:
        """Return the metadata that came with the status; only after the last message."""
        return dict(await self._call.trailing_metadata() or ()) if self._call is not None else {}

    async def _receive(self) -> AsyncGenerator[Any]:
        message = await self._first()
        try:
            while message is not EOF:
                yield message
                message = await self._read()
        finally:
            self._call.cancel()  # does nothing to a call that is over

    async def _first(self) -> Any:
        self._method.line.budget.earn()
        attempt = 0
        while True:
            attempt += 1
            try:
                left = remaining(self._outgoing.expires_at, self._method.path)
                self._call = self._method.callable()(self._request, timeout=left, metadata=self._outgoing.metadata)
                return await self._read()
            except Failure as failure:
                await wait_or_raise(self._method, self._outgoing, attempt, failure)

    async def _read(self) -> Any:
        try:
            return await self._call.read()
        except grpc.aio.AioRpcError as error:
            raise restored(error, self._method.line.name) from None
