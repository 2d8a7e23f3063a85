"""The body of an upload: taken part by part, while the client is held back."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable

from edge import problems
from edge.body import Body

HELD_BYTES = 512 * 1024
"""Of one body that were read and not taken yet."""
PART_SECONDS = 30.0
"""How long a client may send nothing."""
TOTAL_SECONDS = 3600.0
"""How long a body may take all together: as long as its address is good."""


class BodyStream(Body):
    """Parts of a body, at most HELD_BYTES and a piece of them held; `taken` is called when there is room again."""

    __slots__ = ("_come", "_held_bytes", "_queue", "_taken")

    def __init__(self, taken: Callable[[], None]) -> None:
        super().__init__()
        self.limit = 1  # any is read, as far as there is room
        self._taken = taken
        self._queue: deque[bytes] = deque()
        self._held_bytes = 0
        self._come = asyncio.Event()

    @property
    def is_full(self) -> bool:
        """Whether its reader has enough to take."""
        return self._held_bytes > HELD_BYTES

    def add(self, part: bytes) -> None:
        """Take a part; nothing is kept of a body that nobody reads."""
        self.size += len(part)
        if self.limit:
            self._queue.append(part)
            self._held_bytes += len(part)
            self._come.set()

    def end(self) -> None:
        """Note that there is no more."""
        self.complete = True
        self._come.set()

    def forget(self) -> None:
        """Keep nothing of it any more, and read on."""
        self.limit = 0
        self._queue.clear()
        self._held_bytes = 0
        self._taken()

    async def parts(self, length: int) -> AsyncIterator[bytes]:
        """Give the parts of a body of so many bytes; raises Refused for another length, or a slow client."""
        left, until = length, time.monotonic() + TOTAL_SECONDS
        while (part := await self._next()) is not None:
            left -= len(part)
            if left < 0:
                raise problems.too_large(length)
            if time.monotonic() > until:
                raise problems.too_slow()
            yield part
        if left:
            raise problems.too_short(length)

    async def _next(self) -> bytes | None:
        while not self._queue:
            if self.complete:
                return None
            self._come.clear()
            try:
                async with asyncio.timeout(PART_SECONDS):
                    await self._come.wait()
            except TimeoutError:
                raise problems.too_slow() from None
        part = self._queue.popleft()
        was_full, self._held_bytes = self.is_full, self._held_bytes - len(part)
        if was_full and not self.is_full:
            self._taken()
        return part
