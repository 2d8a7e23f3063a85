"""Calls with one reply."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import grpc

from mesh.errors import Failure
from mesh.rpc.client.again import wait_or_raise
from mesh.rpc.client.failures import restored
from mesh.rpc.client.line import Line
from mesh.rpc.client.method import Method, Outgoing
from mesh.rpc.client.outgoing import Metadata, remaining


class Answer(NamedTuple):
    """A reply with the metadata that came with its status, such as `ratelimit-remaining`."""

    message: Any
    trailers: Mapping[str, str | bytes]


class UnaryCallable:
    """What a stub calls: `await stub.GetUser(request)` gives the reply or raises a Failure."""

    def __init__(self, line: Line, path: str, serialize: Any, deserialize: Any) -> None:
        self._method = Method(line, "unary_unary", path, serialize, deserialize)
        self._gate = line.gate(path)

    async def __call__(
        self,
        request: Any,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - gRPC's own name
        metadata: Metadata | None = None,
        **_: Any,
    ) -> Any:
        """Call, again where that is safe; `timeout` is in seconds and never outlasts the current call's deadline."""
        return (await self._finished(request, self._method.prepare(timeout, metadata)))[0]

    async def with_trailers(
        self,
        request: Any,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - gRPC's own name
        metadata: Metadata | None = None,
    ) -> Answer:
        """Call and give the trailing metadata too."""
        reply, call = await self._finished(request, self._method.prepare(timeout, metadata))
        return Answer(reply, dict(await call.trailing_metadata() or ()))

    async def _finished(self, request: Any, outgoing: Outgoing) -> tuple[Any, Any]:
        method = self._method
        method.line.budget.earn()
        attempt = 0
        while True:
            attempt += 1
            left = remaining(outgoing.expires_at, method.path)
            entered = self._gate.enter(left)
            try:
                with entered:
                    return await self._once(request, outgoing, left)
            except Failure as failure:
                await wait_or_raise(method, outgoing, attempt, failure)

    async def _once(self, request: Any, outgoing: Outgoing, left: float | None) -> tuple[Any, Any]:
        call = self._method.callable()(request, timeout=left, metadata=outgoing.metadata)
        try:
            return await call, call
        except grpc.aio.AioRpcError as error:
            raise restored(error, self._method.line.name) from None


class StreamUnaryCallable:
    """What a stub calls for a stream of requests; never repeated, for the requests are gone."""

    def __init__(self, line: Line, path: str, serialize: Any, deserialize: Any) -> None:
        self._method = Method(line, "stream_unary", path, serialize, deserialize)
        self._gate = line.gate(path)

    async def __call__(
        self,
        request_iterator: Any,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - gRPC's own name
        metadata: Metadata | None = None,
        **_: Any,
    ) -> Any:
        """Send all requests and give the reply; raises a Failure."""
        outgoing = self._method.prepare(timeout, metadata)
        left = remaining(outgoing.expires_at, self._method.path)
        with self._gate.enter(left):
            try:
                return await self._method.callable()(request_iterator, timeout=left, metadata=outgoing.metadata)
            except grpc.aio.AioRpcError as error:
                raise restored(error, self._method.line.name) from None
