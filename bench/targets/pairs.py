"""Two members who become connected: a request, then its acceptance."""

import time
from dataclasses import dataclass
from typing import Any

from bench.load.target import Exhausted, Observe, Place
from bench.methods import ACCEPT_CONNECTION, REQUEST_CONNECTION
from bench.system.members import Member
from bench.targets.dial import bearer, dial
from guild.graph.v1 import connection_service_pb2 as pb
from mesh.rpc.client import Peer

Pair = tuple[Member, Member]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Each pair is connected once; nobody is in more pairs than the limit on requests allows."""

    address: str
    pairs: tuple[Pair, ...]

    async def open(self, place: Place, observe: Observe, /) -> "PairsSession":
        """Connect."""
        return PairsSession(await dial(self.address), list(place.share(self.pairs)), observe)


class PairsSession:
    """One connection."""

    def __init__(self, peer: Peer, pairs: list[Pair], observe: Observe) -> None:
        self._peer = peer
        self._pairs = pairs
        self._observe = observe
        self._request: Any = peer.channel.unary_unary(REQUEST_CONNECTION)
        self._accept: Any = peer.channel.unary_unary(ACCEPT_CONNECTION)

    async def fire(self, _number: int, _due: float, /) -> str:
        """Connect the next pair; raises Exhausted after the last."""
        if not self._pairs:
            raise Exhausted
        asker, asked = self._pairs.pop()
        began = time.monotonic()
        request = pb.RequestConnectionRequest(user_id=asked.id).SerializeToString()
        await self._request(request, metadata=bearer(asker.token))
        requested = time.monotonic()
        self._observe("request", requested - began)
        await self._accept(_acceptance(asker), metadata=bearer(asked.token))
        self._observe("accept", time.monotonic() - requested)
        return "pair"

    async def settle(self) -> int:
        """Nothing arrives later."""
        return 0

    async def close(self) -> None:
        """Disconnect."""
        await self._peer.stop()


@dataclass(frozen=True, slots=True)
class Accepts:
    """The second step alone, for pairs whose first has asked."""

    address: str
    pairs: tuple[Pair, ...]

    async def open(self, place: Place, _: Observe, /) -> "AcceptsSession":
        """Connect."""
        return AcceptsSession(await dial(self.address), list(place.share(self.pairs)))


class AcceptsSession:
    """One connection."""

    def __init__(self, peer: Peer, pairs: list[Pair]) -> None:
        self._peer = peer
        self._pairs = pairs
        self._accept: Any = peer.channel.unary_unary(ACCEPT_CONNECTION)

    async def fire(self, _number: int, _due: float, /) -> str:
        """Accept the next; raises Exhausted after the last."""
        if not self._pairs:
            raise Exhausted
        asker, asked = self._pairs.pop()
        await self._accept(_acceptance(asker), metadata=bearer(asked.token))
        return "accept"

    async def settle(self) -> int:
        """Nothing arrives later."""
        return 0

    async def close(self) -> None:
        """Disconnect."""
        await self._peer.stop()


def _acceptance(asker: Member) -> bytes:
    return pb.AcceptConnectionRequest(user_id=asker.id).SerializeToString()
