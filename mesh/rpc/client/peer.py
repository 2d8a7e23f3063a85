"""Another service of the mesh, as this one calls it."""

from collections.abc import Callable
from typing import cast

import grpc

from mesh.limits.circuit_breaker import CircuitBreaker
from mesh.rpc.client.line import Line
from mesh.rpc.client.outgoing import Credentials, Metadata
from mesh.rpc.client.raw import RawMethod, RawStream, RawUnary
from mesh.rpc.client.retries import RetryPolicy
from mesh.rpc.client.typed import PeerChannel
from mesh.settings import MAX_MESSAGE_BYTES, Engine, PeerSettings

GRACE_SECONDS = 1.0


class Peer:
    """A Part whose `channel` generated stubs take: `ProfileServiceStub(peer.channel)`.

    Every call carries the deadline, the identity, the ids of the call it is made for, and raises the Failure the peer
    raised. A gateway calls in bytes, through `unary` and `stream`, and gets every status as the peer gave it.
    """

    def __init__(
        self,
        address: str,
        *,
        name: str,
        engine: Engine = "wire",
        credentials: Credentials | None = None,
        tls: PeerSettings | None = None,
        retry: RetryPolicy | None = None,
        breaker: Callable[[], CircuitBreaker] = CircuitBreaker,
        max_message_bytes: int = MAX_MESSAGE_BYTES,
        connections: int = 1,
    ) -> None:
        self.name = name
        self.address = address
        self._connections = connections
        self._line = Line(
            name,
            engine=engine,
            credentials=credentials,
            tls=tls,
            retry=retry or RetryPolicy(),
            breaker=breaker,
            max_message_bytes=max_message_bytes,
        )
        self._channel = PeerChannel(self._line)
        self._streams: dict[str, RawMethod] = {}

    @property
    def channel(self) -> grpc.aio.Channel:
        """What stubs are made from; typed as the transport's channel, of which it has the four factories."""
        return cast("grpc.aio.Channel", self._channel)

    def unary(self, path: str) -> RawUnary:
        """Return a callable of a method with one request, one reply; make it once per method."""
        return RawUnary(self._line, path)

    def stream(
        self, path: str, metadata: Metadata, timeout: float | None = None, request: bytes | None = None
    ) -> RawStream:
        """Open a call with a stream of replies, its one request given if it has one; raises Ended when it cannot be."""
        method = self._streams.get(path)
        if method is None:
            method = self._streams[path] = RawMethod(self._line, path)
        return method.open(method.prepare(timeout, metadata), request)

    async def start(self) -> None:
        """Open the channels; the peer need not be up yet."""
        self._line.open(self.address, self._connections)

    async def stop(self) -> None:
        """Let open calls finish shortly, then close the channels."""
        await self._line.close(GRACE_SECONDS)
