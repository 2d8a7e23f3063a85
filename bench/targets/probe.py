"""Looks for new posts in the feeds of friends: how long fan-out takes, as a friend would notice."""

import asyncio
import time
from typing import Any

from guild.feed.v1 import feed_service_pb2 as pb
from mesh.errors import Failure

AT_ONCE = 4
"""Posts one worker looks for at the same time; others are not looked for, so that looking is no load of its own."""
POLL_SECONDS = 0.01
PATIENCE_SECONDS = 5.0
FAN_OUT = "fan-out"
"""What the latency from a compose's ack to its sight in a warm feed is called."""
_PAGE = pb.GetFeedRequest(limit=100).SerializeToString()


class Probes:
    """Reads feeds as bytes until the id of the post is in them."""

    def __init__(self, feed: Any, observe: Any) -> None:
        self._feed = feed
        self._observe = observe
        self._tasks: set[asyncio.Task[None]] = set()
        self._never = 0

    def look_for(self, post_id: str, friend: Any, since: float) -> None:
        """Begin to look in a friend's feed, given as the metadata of their calls; does nothing when busy."""
        if len(self._tasks) >= AT_ONCE:
            return
        task = asyncio.create_task(self._look(post_id.encode(), friend, since))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> int:
        """Wait for those under way; return how many posts were never seen."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=PATIENCE_SECONDS + 1)
        return self._never

    async def close(self) -> None:
        """Look no longer."""
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look(self, post_id: bytes, friend: Any, since: float) -> None:
        while time.monotonic() - since < PATIENCE_SECONDS:
            try:
                if post_id in await self._feed(_PAGE, metadata=friend):
                    self._observe(FAN_OUT, time.monotonic() - since)
                    return
            except Failure:
                return  # a read that is refused says nothing about fan-out
            await asyncio.sleep(POLL_SECONDS)
        self._never += 1
