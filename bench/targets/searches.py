"""Searches for people, each by another name, by different members."""

from dataclasses import dataclass
from typing import Any

from bench.load.target import Observe, Place
from bench.methods import SEARCH_PEOPLE
from bench.targets.dial import bearer, dial
from bench.targets.tokens import Tokens
from bench.targets.warm import warmed
from mesh.rpc.client import Peer


@dataclass(frozen=True, slots=True)
class Searches:
    """`requests` are sent in turn, as bytes."""

    address: str
    requests: tuple[bytes, ...]
    tokens: Tokens

    async def open(self, place: Place, _: Observe, /) -> "SearchSession":
        """Connect; one call to have the connection up before the clock runs."""
        return await warmed(SearchSession(self, place, await dial(self.address)))


class SearchSession:
    """One connection."""

    def __init__(self, target: Searches, place: Place, peer: Peer) -> None:
        self._peer = peer
        self._call: Any = peer.channel.unary_unary(SEARCH_PEOPLE)
        self._requests = place.share(target.requests)
        self._metadata = [bearer(token) for token in target.tokens.share(place).values]

    async def send(self, number: int) -> bytes:
        """Search once, return the reply."""
        request, metadata = self._requests[number % len(self._requests)], self._metadata[number % len(self._metadata)]
        return await self._call(request, metadata=metadata)

    async def fire(self, number: int, _due: float, /) -> str:
        """Search once."""
        await self.send(number)
        return "search"

    async def settle(self) -> int:
        """Nothing arrives later."""
        return 0

    async def close(self) -> None:
        """Disconnect."""
        await self._peer.stop()
