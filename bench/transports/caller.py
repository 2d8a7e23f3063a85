"""Calls with the fields of a member's call: a long token of one of some members, ids nobody had before."""

import asyncio
import itertools
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc

from bench.transports.contract import CHAT, LARGE, SMALL, STREAM, UNARY, Engine, path
from bench.transports.engines import new_channel
from bench.transports.orders import Order

CALL_SECONDS = 5.0
_DRAWN = 1_000


class Caller:
    """Some connections to one address; as little of its own as can be, because its process is what is measured."""

    def __init__(self, engine: Engine, order: Order) -> None:
        tokens = Path(order.tokens).read_text().split()
        chance = random.Random(1)
        self._fields = _fields([f"Bearer {chance.choice(tokens)}" for _ in range(_DRAWN)])
        self._channels = [new_channel(engine, order.address, order.ca) for _ in range(order.connections)]
        first = self._channels[0]
        self._unary = first.unary_unary(path(UNARY))
        self._large = first.unary_unary(path(LARGE))
        self._stream = first.unary_stream(path(STREAM))
        self._chat = first.stream_stream(path(CHAT))
        self._chats = [channel.stream_stream(path(CHAT)) for channel in self._channels]
        self._held: list[Any] = []
        self.until = 0.0

    async def unary(self) -> int:
        """Make one call of 300 octets each way; return how many messages came back."""
        await self._unary(SMALL, metadata=next(self._fields), timeout=CALL_SECONDS)
        return 1

    async def large(self) -> int:
        """Make one call with a large reply."""
        await self._large(SMALL, metadata=next(self._fields), timeout=CALL_SECONDS)
        return 1

    async def stream(self) -> int:
        """Read one stream of replies to its end."""
        received = 0
        async for _ in self._stream(SMALL, metadata=next(self._fields), timeout=CALL_SECONDS):
            received += 1
        return received

    async def chat(self) -> int:
        """Have messages echoed, one after the other, until the time `until`."""
        call = self._chat(metadata=next(self._fields))
        exchanged = 0
        while time.perf_counter() < self.until:
            await call.write(SMALL)
            await call.read()
            exchanged += 1
        await call.done_writing()
        await call.read()
        return exchanged

    async def hold(self) -> int:
        """Open a stream, have one message echoed, and leave it open."""
        call = self._chats[len(self._held) % len(self._chats)](metadata=next(self._fields))
        await call.write(SMALL)
        if await call.read() is grpc.aio.EOF:
            return 0
        self._held.append(call)
        return 1

    async def nothing(self) -> int:
        """Do what every call does besides calling."""
        next(self._fields)
        await asyncio.sleep(0)
        return 1

    async def close(self) -> None:
        """Disconnect."""
        for channel in self._channels:
            await channel.close()


def _fields(tokens: list[str]) -> Iterator[tuple[tuple[str, str], ...]]:
    salt = random.Random().getrandbits(80)
    for number, token in zip(itertools.count(), itertools.cycle(tokens)):
        trace = f"{salt:020x}{number:012x}"
        yield (
            ("authorization", token),
            ("x-request-id", trace),
            ("traceparent", f"00-{trace}-{trace[16:]}-01"),
            ("accept-language", "en"),
        )
