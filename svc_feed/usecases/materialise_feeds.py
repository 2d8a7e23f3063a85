"""Build the feeds of active members ahead of their next read."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import Counter, Gauge

from mesh.clock import Clock
from mesh.data import Database
from mesh.lifecycle import one_by_one
from svc_feed.domain.feed import Window
from svc_feed.domain.ids import UserId
from svc_feed.store.feed_cache import FeedCache
from svc_feed.store.readers import Due, ReaderRepository
from svc_feed.usecases.build_feed import BuildFeed

ROUND_SECONDS = 15.0
_AT_ONCE, _MOST = 100, 20  # feeds that are claimed at once, and how often in a round
_SIDE_BY_SIDE = 4  # builds of one process: the database is there for readers first
_FRESH = 0.5  # of the interval: whoever read meanwhile has a feed that is good for a while
_SPREAD = 0.1  # of the interval, by which feeds that were due together come apart

_built = Counter("guild_feed_materialised", "Feeds that were due to be built ahead.", ("outcome",))
_late = Gauge("guild_feed_materialise_late_seconds", "How long the feed that is due longest has been so.")


def following(at: datetime, every: timedelta, chance: float) -> datetime:
    """When a feed is due again; `chance` is a random number of [0, 1)."""
    return at + every * (1 - _SPREAD * chance)


@dataclass(frozen=True)
class MaterialiseFeeds:
    """Any number of workers may: each builds the feeds that it has claimed, by putting them off, before anybody else.

    A worker that dies leaves feeds that are built when they are read. What is built is what a read would build.
    """

    db: Database
    readers: ReaderRepository
    feeds: FeedCache
    build: BuildFeed
    clock: Clock
    every: timedelta
    rand: Callable[[], float] = random.random

    async def __call__(self) -> None:
        """A round; what is left is for the next one."""
        for _ in range(_MOST):
            now = self.clock.now()
            due = await self.readers.due(self.db, now, _AT_ONCE)
            _late.set((now - due[0].at).total_seconds() if due else 0.0)
            if due:
                await self._build(await self._claim(due, now))
            if len(due) < _AT_ONCE:
                return

    async def ahead(self, user: UserId) -> None:
        """Build one member's feed, unless it is fresh: they are about to read it."""
        feed = await self.feeds.read(user, Window(1))
        if feed is not None and feed.built_at > (self.clock.now() - self.every * _FRESH).timestamp():
            _built.labels("fresh").inc()
            return
        await self.build(user)
        _built.labels("built").inc()

    async def _claim(self, due: list[Due], now: datetime) -> list[UserId]:
        after = [following(now, self.every, self.rand()) for _ in due]
        return await self.readers.claim(self.db, due, after)

    async def _build(self, users: list[UserId]) -> None:
        lanes = [users[lane::_SIDE_BY_SIDE] for lane in range(_SIDE_BY_SIDE)]
        failed = await asyncio.gather(*(one_by_one("materialised feeds", lane, self.ahead) for lane in lanes))
        _built.labels("failed").inc(sum(map(len, failed)))
