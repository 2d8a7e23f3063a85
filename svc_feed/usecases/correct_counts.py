"""Compare the counts of posts with what they count, and correct those that are wrong."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from prometheus_client import Counter

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.telemetry import get_logger
from svc_feed.domain.ids import PostId, UserId, first_id_at
from svc_feed.domain.tally import PostKey
from svc_feed.store.counts import CountRepository
from svc_feed.store.engagement import lock_posts

ROUND_SECONDS = 60.0
_AT_ONCE, _MOST = 200, 10  # posts that are counted by one statement, and how often in a round
_SINCE = datetime(2024, 1, 1, tzinfo=UTC)  # before the first account

_log = get_logger(__name__)
_counted = Counter("guild_feed_counts_checked", "Posts whose counts were compared with what they count.")
_corrected = Counter("guild_feed_counts_corrected", "Posts whose counts were wrong.")


@dataclass
class CorrectCounts:
    """Counts are exact as they are written; this finds what a restored table, a mistake or a hand made of them.

    Each process goes through all posts from a place of its own, some in each round, and begins anew behind the last.
    Only a post that is wrong is locked, and counted again under its lock.
    """

    db: Database
    counts: CountRepository
    clock: Clock
    rand: Callable[[], float] = random.random
    _place: PostKey | None = None

    async def __call__(self) -> None:
        """A round; what is left is for the next one."""
        for _ in range(_MOST):
            keys = await self.counts.keys(self.db, self._place or self._somewhere(), _AT_ONCE)
            wrong = [one.post for one in await self.counts.counted(self.db, keys) if one.differs] if keys else []
            _counted.inc(len(keys))
            for post in wrong:
                await self.db.transact(partial(self._correct, post))
            self._place = keys[-1] if len(keys) == _AT_ONCE else PostKey(UserId(UUID(int=0)), PostId(UUID(int=0)))
            if len(keys) < _AT_ONCE:
                return

    async def _correct(self, post: PostKey, tx: Transaction) -> None:
        lock_posts(tx, [post])
        for counted in await self.counts.counted(tx, [post]):
            if counted.differs:
                self.counts.correct(tx, counted)
                _corrected.inc()
                _log.warning("counts_corrected", post_id=str(post.post_id), stored=counted.stored, true=counted.true)

    def _somewhere(self) -> PostKey:
        """Behind the posts of who joined before some moment, so that processes that begin together come apart."""
        age = (self.clock.now() - _SINCE) / timedelta(seconds=1)
        joined = _SINCE + timedelta(seconds=age * self.rand())
        return PostKey(UserId(first_id_at(joined)), PostId(UUID(int=0)))
