"""Count the posts of topics anew: those that grew too old are taken off, and topics that nobody uses are forgotten."""

from dataclasses import dataclass
from datetime import timedelta

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_feed.domain.ids import first_id_at
from svc_feed.domain.topic import COUNTED
from svc_feed.store.topics import TopicRepository

ROUND_SECONDS = 600.0
_FRESH = timedelta(hours=6)
_AT_ONCE, _MOST = 200, 50  # topics of one statement, and statements of one round


@dataclass(frozen=True)
class CountTopics:
    """Any number of processes may. A post that comes while its topic is counted may be missed until the next time."""

    db: Database
    topics: TopicRepository
    clock: Clock

    async def __call__(self) -> None:
        """A round; what is left is for the next one."""
        for _ in range(_MOST):
            now = self.clock.now()
            names = await self.topics.due(self.db, now - _FRESH, _AT_ONCE)
            if not names:
                return
            counts = await self.topics.count_posts(self.db, sorted(names), first_id_at(now - COUNTED))

            async def work(tx: Transaction, counts: dict[str, int] = counts) -> None:
                self.topics.counted(tx, counts, self.clock.now())

            await self.db.transact(work)
            if len(names) < _AT_ONCE:
                return
