"""A part of a member's ranked list: from the warm feed, else from one built now."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from prometheus_client import Counter

from mesh.cache import CacheUnavailable
from mesh.clock import Clock
from mesh.telemetry import get_logger
from svc_feed.domain.feed import Entry, Feed, Window, is_due
from svc_feed.domain.ids import UserId
from svc_feed.domain.scoring import Signals, score
from svc_feed.store.feed_cache import FeedCache
from svc_feed.usecases.build_feed import BuildFeed

_log = get_logger(__name__)
_reads = Counter("guild_feed_reads", "Feed reads by where the ranked list came from.", ("source",))


class Ranked(NamedTuple):
    """Entries of a window, the build they are from, and whether that was made for this read."""

    entries: tuple[Entry, ...]
    build: str
    cold: bool


@dataclass(frozen=True)
class RankedFeed:
    """One build at a time for each member; a feed that is about to age is built anew behind a reader's back."""

    feeds: FeedCache
    build: BuildFeed
    clock: Clock
    ttl: float
    rand: Callable[[], float] = random.random
    flights: dict[UserId, asyncio.Task[Feed]] = field(default_factory=dict[UserId, asyncio.Task[Feed]])

    async def __call__(self, user: UserId, window: Window) -> Ranked:
        """The entries of a window; raises Unavailable when it has to be built and the graph does not answer."""
        try:
            feed = await self._warm(user, window)
        except CacheUnavailable:
            feed = None
            _reads.labels("degraded").inc()
        if feed is not None:
            _reads.labels("hot").inc()
            return Ranked(feed.entries, feed.build, cold=False)
        built = await asyncio.shield(self._flight(user))
        _reads.labels("cold").inc()
        return Ranked(built.part(window), built.build, cold=True)

    async def _warm(self, user: UserId, window: Window) -> Feed | None:
        feed = await self.feeds.read(user, window)
        if feed is None or window.build == feed.build:
            return feed
        now = self.clock.now().timestamp()
        if now >= feed.built_at + self.ttl:
            return None
        if is_due(feed, now=now, ttl=self.ttl, chance=self.rand()):
            self._flight(user)
        if feed.wide and await self._merge(user, feed):
            return await self.feeds.read(user, window)
        return feed

    async def _merge(self, user: UserId, feed: Feed) -> bool:
        """Add what authors who are not fanned out published since the build; whether there was anything."""
        recent = await self.feeds.recent(list(feed.wide), since=feed.built_at)
        found = [Entry(0.0, member) for member in recent]
        await asyncio.gather(
            *(self.feeds.add(entry.member, {user: _score(entry, feed.wide[entry.author_id])}) for entry in found)
        )
        return bool(found)

    def _flight(self, user: UserId) -> asyncio.Task[Feed]:
        task = self.flights.get(user)
        if task is None:
            task = self.flights[user] = asyncio.create_task(self.build(user))
            task.add_done_callback(lambda done: self._landed(user, done))
        return task

    def _landed(self, user: UserId, task: asyncio.Task[Feed]) -> None:
        del self.flights[user]
        if not task.cancelled() and (error := task.exception()):
            _log.info("building a feed failed", error=repr(error))


def _score(entry: Entry, affinity: int) -> float:
    return score(Signals(published_at=entry.published_at, affinity=affinity))
