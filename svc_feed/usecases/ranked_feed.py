"""A part of a member's ranked list: from the warm feed, else from one built now."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from cachetools import LRUCache
from prometheus_client import Counter

from mesh.cache import CacheUnavailable
from mesh.clock import Clock
from mesh.errors import DeadlineExceeded, Unavailable
from mesh.telemetry import get_logger
from svc_feed.domain.feed import Entry, Feed, Order, Window, is_due
from svc_feed.domain.history import NO_HISTORY, History
from svc_feed.domain.ids import UserId
from svc_feed.domain.preference import NO_WISHES, Wishes
from svc_feed.domain.scoring import Candidate, Signals
from svc_feed.store.feed_cache import NOT_ASKED, FeedCache
from svc_feed.usecases.build_feed import BuildFeed
from svc_feed.usecases.known_histories import KnownHistories
from svc_feed.usecases.known_wishes import KnownWishes
from svc_feed.usecases.record_rankings import RecordRankings

_log = get_logger(__name__)
_reads = Counter("guild_feed_reads", "Feed reads by where the ranked list came from.", ("source",))
_hot, _cold, _degraded = _reads.labels("hot"), _reads.labels("cold"), _reads.labels("degraded")
_MERGED = 10_000  # builds of which this instance remembers what it merged into them


class Ranked(NamedTuple):
    """Entries of a feed in its order, at least those of the window that are left in it.

    `often` are authors whom the reader often answers, `topics` those that the reader follows, `wishes` what they want
    to see; `cold` when it was built for this read; `missing` are the sources that did not answer; `candidates` are
    there when the request is to be recorded.
    """

    entries: tuple[Entry, ...]
    build: str
    built_at: float
    often: frozenset[UserId] = frozenset()
    wishes: Wishes = NO_WISHES
    cold: bool = False
    missing: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    history: History = NO_HISTORY
    candidates: tuple[Candidate, ...] = ()


def _merged() -> LRUCache[str, frozenset[bytes]]:
    return LRUCache(_MERGED)


@dataclass(frozen=True)
class RankedFeed:
    """One build at a time for each member; a feed that is about to age is built anew behind a reader's back.

    Early expiry is decided here and not by a read-through cache, because what is kept is no value but a sorted set
    that fan-out adds to. Without Redis a feed is built for each read; without the graph it has only the reader's posts.
    """

    feeds: FeedCache
    build: BuildFeed
    record: RecordRankings
    wishes: KnownWishes
    histories: KnownHistories
    clock: Clock
    ttl: float
    rand: Callable[[], float] = random.random
    flights: dict[UserId, asyncio.Task[Feed]] = field(default_factory=dict[UserId, asyncio.Task[Feed]])
    merged: LRUCache[str, frozenset[bytes]] = field(default_factory=_merged)

    async def __call__(self, user: UserId, window: Window) -> Ranked:
        """Read or build it; a feed that is built comes whole."""
        missing: frozenset[str] = frozenset()
        recorded = self.record.wants(window)
        try:
            feed = await self._warm(user, window)
        except CacheUnavailable:
            feed, missing = None, frozenset({"cache"})
            _degraded.inc()
        history = self.histories.of(user, feed.history) if feed is not None else NO_HISTORY
        if feed is not None and not recorded:
            _hot.inc()
            wishes, missing = await _known(self.wishes.of(user, feed.wishes))
            return Ranked(
                feed.entries,
                feed.build,
                feed.built_at,
                feed.often,
                wishes,
                missing=missing,
                topics=feed.topics,
                history=history,
            )
        (wishes, unknown), built = await asyncio.gather(_known(self.wishes.load(user)), self._built(user))
        if built is None:
            built, missing, recorded = await self.build.alone(user), missing | {"profile"}, False
        _cold.inc()
        missing |= built.missing | unknown
        rest = built.part(window.whole())
        return Ranked(
            rest,
            built.build,
            built.built_at,
            built.often,
            wishes,
            cold=True,
            missing=missing,
            topics=built.topics,
            history=history,
            candidates=built.candidates if recorded else (),
        )

    async def _built(self, user: UserId) -> Feed | None:
        """A new one; None while the graph does not answer."""
        try:
            return await asyncio.shield(self._flight(user))
        except (Unavailable, DeadlineExceeded):
            return None

    async def _warm(self, user: UserId, window: Window) -> Feed | None:
        feed = await self._stored(user, window)
        if feed is None or window.build == feed.build:
            return feed
        now = self.clock.now().timestamp()
        if now >= feed.built_at + self.ttl:
            return None
        if is_due(feed, now=now, ttl=self.ttl, chance=self.rand()):
            self._flight(user)
        if feed.wide and await self._merge(user, feed):
            return await self._stored(user, window)
        return feed

    async def _stored(self, user: UserId, window: Window) -> Feed | None:
        first = window.after is None and not window.build and window.order is Order.RANKED
        past = self.histories.version(user) if first else NOT_ASKED
        return await self.feeds.read(user, window, known=self.wishes.version(user), past=past)

    async def _merge(self, user: UserId, feed: Feed) -> bool:
        """Add what authors who are not fanned out published since the build; whether that changed it.

        What this instance has merged is not merged again: posts that left the feed since would come back.
        """
        recent = frozenset(await self.feeds.recent(list(feed.wide), since=feed.built_at))
        found = [Entry(0.0, member) for member in recent - self.merged.get(feed.build, frozenset())]
        added = await asyncio.gather(
            *(self.feeds.add(entry.member, {user: self._score(entry, feed.wide[entry.author_id])}) for entry in found)
        )
        self.merged[feed.build] = recent
        return any(added)

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

    def _score(self, entry: Entry, affinity: int) -> float:
        return self.build.scoring.score(Signals(published_at=entry.published_at, affinity=affinity))


async def _known(wishes: Awaitable[Wishes]) -> tuple[Wishes, frozenset[str]]:
    """What a member wants, and what is missing: a feed that shows too much is better than none."""
    try:
        return await wishes, frozenset()
    except (Unavailable, DeadlineExceeded):
        return NO_WISHES, frozenset({"preferences"})
