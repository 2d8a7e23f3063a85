"""Frames on their way to one client: bounded, so that a client who does not read costs little."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

MAX_FRAMES = 1_000
MAX_BYTES = 512 * 1024
"""Of one stream; beyond it the client is told to come back and resume."""


class Outgoing:
    """A buffer between whoever tells a stream something and the one who writes to it."""

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._changed = asyncio.Event()
        self._room: asyncio.Event | None = None
        self.ended = False
        self.on_end: Callable[[], None] = _nothing

    def push(self, frame: bytes) -> bool:
        """Take a frame; False when the buffer is full. After the end frames are dropped."""
        if self.ended:
            return True
        if len(self._frames) >= MAX_FRAMES or self._bytes >= MAX_BYTES:
            return False
        self._frames.append(frame)
        self._bytes += len(frame)
        self._changed.set()
        return True

    def end(self, *last: bytes, drop: bool = False) -> None:
        """Write what is buffered (unless it is to be dropped), then the last frames, then nothing more."""
        if self.ended:
            return
        if drop:
            self._frames.clear()
        self._frames.extend(last)
        self.ended = True
        self._changed.set()
        if self._room is not None:
            self._room.set()
        self.on_end()

    async def room(self) -> None:
        """Wait until the buffer is at most half full: for who reads history, and can wait."""
        while not self.ended and (len(self._frames) > MAX_FRAMES // 2 or self._bytes > MAX_BYTES // 2):
            self._room = self._room or asyncio.Event()
            self._room.clear()
            await self._room.wait()

    async def write_to(self, write: Callable[[bytes], Awaitable[None]]) -> None:
        """Write frames in their order until the end."""
        while True:
            while self._frames:
                frame = self._frames.popleft()
                self._bytes -= len(frame)
                await write(frame)
                if self._room is not None:
                    self._room.set()
            if self.ended:
                return
            self._changed.clear()
            await self._changed.wait()


def _nothing() -> None:
    pass
