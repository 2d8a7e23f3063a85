"""One HTTP resource, read again and again by different members."""

import asyncio
from dataclasses import dataclass

from bench.load.target import Observe, Place
from bench.targets.http_connection import HttpPool, get
from bench.targets.tokens import Tokens
from bench.targets.warm import warmed

TIMEOUT_SECONDS = 2.0
"""The deadline of a read in the contract."""


@dataclass(frozen=True, slots=True)
class HttpRead:
    """GETs `path` from a loopback port; who has no answer within `timeout` seconds closes, and connects anew."""

    port: int
    path: str
    tokens: Tokens
    kind: str = "read"
    timeout: float = TIMEOUT_SECONDS

    async def open(self, place: Place, _: Observe, /) -> "HttpReadSession":
        """Connect once, to see that somebody answers."""
        return await warmed(HttpReadSession(self, self.tokens.share(place)))


class HttpReadSession:
    """Some keep-alive connections."""

    def __init__(self, target: HttpRead, tokens: Tokens) -> None:
        self._pool = HttpPool("127.0.0.1", target.port)
        self._requests = [get(target.path, token) for token in tokens.values]
        self._kind = target.kind
        self._timeout = target.timeout

    async def send(self, number: int) -> bytes:
        """Read once, return the body."""
        async with asyncio.timeout(self._timeout):
            return await self._pool.send(self._requests[number % len(self._requests)])

    async def fire(self, number: int, _due: float, /) -> str:
        """Read once."""
        await self.send(number)
        return self._kind

    async def settle(self) -> int:
        """Nothing arrives later."""
        return 0

    async def close(self) -> None:
        """Disconnect."""
        self._pool.close()
