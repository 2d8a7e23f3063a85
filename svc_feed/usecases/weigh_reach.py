"""Decide whether an author's posts are written into feeds or merged when those are read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import Counter, Gauge

from mesh.clock import Clock
from mesh.data import Database
from mesh.telemetry import get_logger
from svc_feed.domain.ids import UserId
from svc_feed.domain.reach import FEW_READS, MEASURED, STAY, Reach
from svc_feed.domain.reader import HALF_LIFE, reads_per_day
from svc_feed.store.reach import ReachRepository
from svc_feed.store.readers import ReaderRepository

ROUND_SECONDS = 60.0
_COUNTED_ANEW = timedelta(minutes=5)

_log = get_logger(__name__)
_switches = Counter("guild_feed_reach_switches", "Authors whose posts reach feeds another way than before.", ("to",))
_merged = Gauge("guild_feed_merged_authors", "Authors whose posts are merged when feeds are read.")


@dataclass
class WeighReach:
    """An author with no more than `threshold` followers is written: merging would cost each read of theirs a trip."""

    db: Database
    reach: ReachRepository
    readers: ReaderRepository
    clock: Clock
    threshold: int
    _reads_per_day: float = FEW_READS
    _counted_at: datetime | None = None

    async def __call__(self) -> None:
        """A round: tell how many authors are merged."""
        _merged.set(await self.reach.merged(self.db))

    async def merged_since(self, author: UserId) -> datetime | None:
        """Since when an author's posts are merged; None when they are written."""
        return await self.reach.merged_since(self.db, author)

    async def is_stale(self, author: UserId, since: datetime) -> bool:
        """Whether what was measured of an author is too old who is merged since then."""
        now = self.clock.now()
        if now - since < STAY:
            return False
        known = await self.reach.find(self.db, author)
        return known is None or now - known.measured_at >= STAY

    async def of_written(self, author: UserId, followers: int, warm: int) -> bool:
        """Weigh an author whose post was written for all followers; whether they are merged from now on."""
        if followers <= self.threshold:
            return False
        reach = await self._measure(author, followers, warm / followers)
        if not reach.is_merged(before=False):
            return False
        if await self.reach.merge(self.db, author, self.clock.now()):
            self._tell(author, "merge", reach)
        return True

    async def of_merged(self, author: UserId, some: int, warm: int, *, all_of_them: bool) -> bool:
        """Weigh an author who is merged by some of their followers, or all; whether they are written from now on."""
        known = await self.reach.find(self.db, author)
        followers = some if all_of_them or known is None else max(some, known.followers)
        reach = await self._measure(author, followers, warm / some if some else 0.0)
        if followers > self.threshold and reach.is_merged(before=True):
            return False
        if await self.reach.write(self.db, author):
            self._tell(author, "write", reach)
        return True

    async def _measure(self, author: UserId, followers: int, warm: float) -> Reach:
        now = self.clock.now()
        posts = await self.reach.posts_since(self.db, author, now - MEASURED)
        reach = Reach(followers, warm, posts / (MEASURED / timedelta(days=1)), await self._reads(now), now)
        await self.reach.save(self.db, author, reach)
        return reach

    async def _reads(self, now: datetime) -> float:
        """How often a warm feed is read in a day; as it was some minutes ago."""
        if self._counted_at is None or now - self._counted_at >= _COUNTED_ANEW:
            average = await self.readers.average(self.db, now - HALF_LIFE)
            self._reads_per_day, self._counted_at = max(reads_per_day(average or 0.0), FEW_READS), now
        return self._reads_per_day

    def _tell(self, author: UserId, to: str, reach: Reach) -> None:
        _switches.labels(to).inc()
        _log.info("reach_switched", author_id=str(author), to=to, followers=reach.followers, warm=reach.warm)
