"""Runs work of one key in order, work of different keys side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

Work = Callable[[], Awaitable[None]]


class Lanes:
    """One task per key that has work; how many are busy at once is up to the work, which may wait for a retry."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Work]] = {}
        self._running: set[asyncio.Task[None]] = set()

    def add(self, key: str, work: Work) -> None:
        """Append work to the lane of its key; it must not raise."""
        lane = self._waiting.get(key)
        if lane is not None:
            lane.append(work)
            return
        self._waiting[key] = deque((work,))
        task = asyncio.create_task(self._run(key))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def stop(self, grace: float) -> None:
        """Drop what has not begun, give the rest `grace` seconds, cancel what is left."""
        for lane in self._waiting.values():
            lane.clear()
        if self._running:
            await asyncio.wait(self._running, timeout=grace)
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)

    async def _run(self, key: str) -> None:
        lane = self._waiting[key]
        try:
            while lane:
                await lane.popleft()()
        finally:
            del self._waiting[key]
