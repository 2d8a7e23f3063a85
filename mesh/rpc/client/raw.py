"""A peer as bytes: what a gateway forwards through, with every status as the peer gave it."""

import asyncio
from typing import NamedTuple

import grpc

from mesh.errors import Failure
from mesh.rpc.client.again import wait_or_raise
from mesh.rpc.client.line import Line
from mesh.rpc.client.method import Method, Outgoing
from mesh.rpc.client.outgoing import Credentials, Metadata, remaining
from mesh.rpc.client.raw_streams import RawStream, StreamLines, ended_with, lost
from mesh.rpc.client.retries import RetryPolicy
from mesh.rpc.ended import Ended, Pairs, pairs_of
from mesh.settings import PeerSettings

GRACE_SECONDS = 1.0
MAX_MESSAGE_BYTES = 4 * 1024 * 1024


class RawReply(NamedTuple):
    """A serialised reply with the metadata that came with its status."""

    body: bytes
    trailers: Pairs


class RawUnary:
    """A method with one request, one reply."""

    def __init__(self, line: Line, path: str) -> None:
        self._method = Method(line, "unary_unary", path, None, None)
        self._gate = line.gate(path)

    async def __call__(self, request: bytes, metadata: Metadata, timeout: float | None = None) -> RawReply:  # noqa: ASYNC109 - gRPC's own name
        """Call, again where that is safe; raises Ended. Without a timeout the policy's deadline holds."""
        method = self._method
        outgoing = method.prepare(timeout, metadata)
        method.line.budget.earn()
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self._attempt(request, outgoing)
            except Ended as ended:
                await self._wait_or_raise(outgoing, attempt, ended)
            except Failure as failure:  # the circuit is open, or no time is left
                raise Ended(failure) from None

    async def _attempt(self, request: bytes, outgoing: Outgoing) -> RawReply:
        left = remaining(outgoing.expires_at, self._method.path)
        ended: Ended | None = None
        try:
            with self._gate.enter(left):
                call = self._method.callable()(request, timeout=left, metadata=outgoing.metadata)
                try:
                    body = await call
                except grpc.aio.AioRpcError as error:
                    ended = ended_with(error, self._method.line.name)
                    raise ended.failure from None
                except asyncio.CancelledError as error:
                    raise lost(error, self._method.line.name) from None
                return RawReply(body, pairs_of(await call.trailing_metadata()))
        except Failure:
            if ended is None:
                raise
            raise ended from None

    async def _wait_or_raise(self, outgoing: Outgoing, attempt: int, ended: Ended) -> None:
        try:
            await wait_or_raise(self._method, outgoing, attempt, ended.failure)
        except Failure:
            raise ended from None


class RawPeer:
    """A Part: one service behind a gateway. Calls share connections, streams get more of them as they need."""

    def __init__(
        self,
        address: str,
        *,
        name: str,
        credentials: Credentials | None = None,
        tls: PeerSettings | None = None,
        max_message_bytes: int = MAX_MESSAGE_BYTES,
    ) -> None:
        self.name = name
        self.address = address
        self._tls = tls
        self._max_message_bytes = max_message_bytes
        self._line = Line(name, credentials, RetryPolicy())
        self._streams = StreamLines(lambda: Line(name, credentials, RetryPolicy()), self._open)

    def unary(self, path: str) -> RawUnary:
        """Return a callable of a method with one request, one reply; make it once per method."""
        return RawUnary(self._line, path)

    def stream(self, path: str, metadata: Metadata, timeout: float | None = None) -> RawStream:
        """Open a call of any kind as a stream of messages both ways; raises Ended when it cannot be made."""
        try:
            return self._streams.open(path, metadata, timeout)
        except Failure as failure:
            raise Ended(failure) from None

    async def start(self) -> None:
        """Open the channels; the peer need not be up yet."""
        self._open(self._line)

    async def stop(self) -> None:
        """Let open calls finish shortly, then close the channels."""
        await asyncio.gather(self._line.close(GRACE_SECONDS), self._streams.close(GRACE_SECONDS))

    def _open(self, line: Line) -> None:
        line.open(self.address, self._tls, self._max_message_bytes, 1)
