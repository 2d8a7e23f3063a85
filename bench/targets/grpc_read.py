"""One gRPC method, called again and again by different members, with a few requests in turn."""

from dataclasses import dataclass, field
from typing import Any

from bench.load.target import Observe, Place
from bench.targets.dial import bearer, dial
from bench.targets.tokens import Tokens
from bench.targets.warm import warmed
from mesh.rpc.client import Peer


@dataclass(frozen=True, slots=True)
class GrpcRead:
    """A floor is called with the same tokens, so that its calls are as long; `timeout` is in seconds.

    With `service_token` it is a service that calls, and no member.
    """

    address: str
    path: str
    requests: tuple[bytes, ...]
    tokens: Tokens
    kind: str = "read"
    timeout: float | None = None
    service_token: str = field(default="", repr=False)

    async def open(self, place: Place, _: Observe, /) -> "GrpcReadSession":
        """Connect; one call to have the connection up before the clock runs."""
        return await warmed(GrpcReadSession(self, place, await dial(self.address)))


class GrpcReadSession:
    """One connection."""

    def __init__(self, target: GrpcRead, place: Place, peer: Peer) -> None:
        self._peer = peer
        self._call: Any = peer.channel.unary_unary(target.path)
        self._requests = place.share(target.requests)
        self._metadata = [bearer(token) for token in target.tokens.share(place).values]
        if target.service_token:
            self._metadata = [(("x-guild-service-token", target.service_token),)]
        self._kind = target.kind
        self._timeout = target.timeout

    async def send(self, number: int) -> bytes:
        """Call once, return the reply."""
        request, metadata = self._requests[number % len(self._requests)], self._metadata[number % len(self._metadata)]
        return await self._call(request, metadata=metadata, timeout=self._timeout)

    async def fire(self, number: int, _due: float, /) -> str:
        """Call once."""
        await self.send(number)
        return self._kind

    async def settle(self) -> int:
        """Nothing arrives later."""
        return 0

    async def close(self) -> None:
        """Disconnect."""
        await self._peer.stop()
