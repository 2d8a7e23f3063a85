"""Another service of the mesh, as this one calls it."""

from collections.abc import Callable
from typing import cast

import grpc

from mesh.limits.circuit_breaker import CircuitBreaker
from mesh.rpc.client.channel import PeerChannel
from mesh.rpc.client.line import Line
from mesh.rpc.client.outgoing import Credentials
from mesh.rpc.client.retries import RetryPolicy
from mesh.settings import PeerSettings

GRACE_SECONDS = 1.0
MAX_MESSAGE_BYTES = 4 * 1024 * 1024


class Peer:
    """A Part whose `channel` generated stubs take: `ProfileServiceStub(peer.channel)`.

    Every call carries the deadline, the identity, the ids of the call it is made for, and raises the Failure the peer
    raised. One connection holds a thousand streams at most: who opens more asks for more connections.
    """

    def __init__(
        self,
        address: str,
        *,
        name: str,
        credentials: Credentials | None = None,
        tls: PeerSettings | None = None,
        retry: RetryPolicy | None = None,
        breaker: Callable[[], CircuitBreaker] = CircuitBreaker,
        max_message_bytes: int = MAX_MESSAGE_BYTES,
        connections: int = 1,
    ) -> None:
        self.name = name
        self.address = address
        self._tls = tls
        self._max_message_bytes = max_message_bytes
        self._connections = connections
        self._line = Line(name, credentials, retry or RetryPolicy(), breaker)
        self._channel = PeerChannel(self._line)

    @property
    def channel(self) -> grpc.aio.Channel:
        """What stubs are made from; typed as the transport's channel, of which it has the four factories."""
        return cast("grpc.aio.Channel", self._channel)

    async def start(self) -> None:
        """Open the channels; the peer need not be up yet."""
        self._line.open(self.address, self._tls, self._max_message_bytes, self._connections)

    async def stop(self) -> None:
        """Close the channels."""
        await self._line.close(GRACE_SECONDS)
