"""A post that everybody reacts to at once, while some read their feeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.load.target import Observe, Place
from bench.methods import GET_FEED
from bench.system.members import CALLS_AT_ONCE, Member, gather
from bench.targets.dial import bearer, dial
from bench.targets.reactions import Fan, GrpcReactionsSession
from guild.feed.v1 import feed_service_pb2 as feeds
from mesh.rpc.client import Peer

READ, REACT = "home feed", "reaction"
_PAGE = feeds.GetFeedRequest(limit=20).SerializeToString()


@dataclass(frozen=True, slots=True)
class HotPost:
    """Of each `turn` calls one is a read of a feed, and the others are reactions; with a turn of 1 there are none."""

    address: str
    path: str
    fans: Sequence[Fan]
    readers: Sequence[Member]
    turn: int

    async def open(self, place: Place, _: Observe, /) -> "HotPostSession":
        """Connect; each reader's feed is read once, so that it is warm."""
        session = HotPostSession(self, await dial(self.address), place)
        await session.warm()
        return session


class HotPostSession:
    """One worker's fans and readers, over one connection."""

    def __init__(self, target: HotPost, peer: Peer, place: Place) -> None:
        self._peer = peer
        self._feed: Any = peer.channel.unary_unary(GET_FEED)
        self._readers = [bearer(reader.token) for reader in place.share(target.readers)]
        self._turn = target.turn
        self._reactions = GrpcReactionsSession(peer, target.path, place.share(target.fans))

    async def warm(self) -> None:
        """Read every feed once."""
        await gather(range(len(self._readers)), self._read, CALLS_AT_ONCE)

    async def fire(self, number: int, due: float, /) -> str:
        """Read, or react."""
        turns, rest = divmod(number, self._turn)
        if not rest:
            await self._read(turns)
            return READ
        await self._reactions.fire(turns * (self._turn - 1) + rest - 1, due)
        return REACT

    async def settle(self) -> int:
        """Nothing arrives later."""
        return 0

    async def close(self) -> None:
        """Disconnect."""
        await self._peer.stop()

    async def _read(self, turn: int) -> None:
        await self._feed(_PAGE, metadata=self._readers[turn % len(self._readers)])
