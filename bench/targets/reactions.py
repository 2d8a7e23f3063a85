"""A keyed write of one row: members react to posts, each time in another way and with a key nobody used."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from bench.load.target import Observe, Place
from bench.methods import REACT_TO_POST
from bench.targets.dial import bearer, dial
from bench.targets.http_connection import HttpPool, post
from bench.targets.warm import warmed
from guild.feed.v1 import post_service_pb2 as pb
from guild.feed.v1.post_pb2 import REACTION_CELEBRATE, REACTION_LIKE, Reaction
from mesh.rpc.client import Peer

_WAYS = (REACTION_LIKE, REACTION_CELEBRATE)
TIMEOUT_SECONDS = 5.0
"""The deadline of a write in the contract."""


class Fan(NamedTuple):
    """Somebody with a post that nobody else reacts to meanwhile, so that no call waits for another's row."""

    token: str
    post_id: str

    def __repr__(self) -> str:
        return f"Fan(of {self.post_id})"


@dataclass(frozen=True, slots=True)
class GrpcReactions:
    """`path` and `address` of a floor take the same requests."""

    address: str
    fans: Sequence[Fan]
    path: str = REACT_TO_POST

    async def open(self, place: Place, _: Observe, /) -> "GrpcReactionsSession":
        """Connect; one call to have the connection up before the clock runs."""
        return await warmed(GrpcReactionsSession(await dial(self.address), self.path, place.share(self.fans)))


class GrpcReactionsSession:
    """One connection."""

    def __init__(self, peer: Peer, path: str, fans: Sequence[Fan]) -> None:
        self._peer = peer
        self._call: Any = peer.channel.unary_unary(path)
        self._fans = fans

    async def send(self, number: int) -> bytes:
        """React once, return the reply."""
        fan, way = turn(self._fans, number)
        request = pb.ReactToPostRequest(post_id=fan.post_id, reaction=way).SerializeToString()
        return await self._call(request, metadata=(*bearer(fan.token), ("idempotency-key", uuid.uuid4().hex)))

    async def fire(self, number: int, _due: float, /) -> str:
        """React once."""
        await self.send(number)
        return "write"

    async def settle(self) -> int:
        """Nothing arrives later."""
        return 0

    async def close(self) -> None:
        """Disconnect."""
        await self._peer.stop()


@dataclass(frozen=True, slots=True)
class HttpReactions:
    """The same over REST."""

    port: int
    fans: Sequence[Fan]

    async def open(self, place: Place, _: Observe, /) -> "HttpReactionsSession":
        """Connect once, to see that somebody answers."""
        return await warmed(HttpReactionsSession(self.port, place.share(self.fans)))


class HttpReactionsSession:
    """Some keep-alive connections."""

    def __init__(self, port: int, fans: Sequence[Fan]) -> None:
        self._pool = HttpPool("127.0.0.1", port)
        self._fans = fans

    async def send(self, number: int) -> bytes:
        """React once, return the body."""
        fan, way = turn(self._fans, number)
        body = orjson.dumps({"reaction": Reaction.Name(way)})
        key = f"Idempotency-Key: {uuid.uuid4().hex}\r\n"
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await self._pool.send(post(f"/api/v1/posts/{fan.post_id}/like", fan.token, body, key))

    async def fire(self, number: int, _due: float, /) -> str:
        """React once."""
        await self.send(number)
        return "write"

    async def settle(self) -> int:
        """Nothing arrives later."""
        return 0

    async def close(self) -> None:
        """Disconnect."""
        self._pool.close()


def turn(fans: Sequence[Fan], number: int) -> tuple[Fan, Reaction.ValueType]:
    """Return who reacts next, and in which way: not in that of their last turn."""
    turns, at = divmod(number, len(fans))
    return fans[at], _WAYS[turns % len(_WAYS)]
