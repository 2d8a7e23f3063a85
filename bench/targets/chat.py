"""Pairs of members who write to each other over their chat streams."""

import asyncio
from dataclasses import dataclass

from bench.load.target import Observe, Place
from bench.system.members import Member
from bench.targets.chat_stream import ChatStream
from bench.targets.dial import dial
from mesh.rpc.client import Peer

SETTLE_SECONDS = 3.0
"""How long messages that were acknowledged may still take to arrive."""
RECEIVE = "receive"
"""What the latency from due time to arrival at the other side is called."""


@dataclass(frozen=True, slots=True)
class Chat:
    """The first of each pair is on the first instance, the second on the last: messages cross between them."""

    addresses: tuple[str, ...]
    pairs: tuple[tuple[Member, Member], ...]

    async def open(self, place: Place, observe: Observe, /) -> "ChatSession":
        """Open two streams for each pair, and have a conversation between them."""
        peers = [await dial(address) for address in self.addresses]
        session = ChatSession(peers)
        try:
            await asyncio.gather(*(session.meet(pair, observe) for pair in place.share(self.pairs)))
        except BaseException:
            await session.close()
            raise
        return session


class ChatSession:
    """All streams of one worker."""

    def __init__(self, peers: list[Peer]) -> None:
        self._peers = peers
        self._streams: list[ChatStream] = []

    async def meet(self, pair: tuple[Member, Member], observe: Observe) -> None:
        """Open the streams of a pair, exchange a first message each way."""
        one = ChatStream(self._peers[0], pair[0], observe)
        other = ChatStream(self._peers[-1], pair[1], observe)
        self._streams += (one, other)
        await asyncio.gather(one.welcome(), other.welcome())
        await one.introduce(pair[1].id)
        await other.introduce(pair[0].id)

    async def fire(self, number: int, due: float, /) -> str:
        """Send on the next stream; returns when the message is stored."""
        await self._streams[number % len(self._streams)].send(due)
        return "send"

    async def settle(self) -> int:
        """Wait until everything that was acknowledged has arrived; return how many messages did not."""
        deadline = asyncio.get_running_loop().time() + SETTLE_SECONDS
        while self._missing() > 0 and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - all streams count
            await asyncio.sleep(0.05)
        return max(0, self._missing())

    async def close(self) -> None:
        """Close the streams, then disconnect."""
        await asyncio.gather(*(stream.close() for stream in self._streams))
        await asyncio.gather(*(peer.stop() for peer in self._peers))

    def _missing(self) -> int:
        return sum(stream.acknowledged for stream in self._streams) - sum(stream.received for stream in self._streams)
