"""Remember who reads their feed, without a trip of the read."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from mesh.clock import Clock
from mesh.data import Database
from svc_feed.domain.ids import UserId
from svc_feed.store.readers import ReaderRepository
from svc_feed.usecases.materialise_feeds import following

ROUND_SECONDS = 30.0
_MOST = 100_000  # members whom one round remembers: more would be noticed in memory
_AT_ONCE = 5_000


@dataclass
class NoteReaders:
    """Reads are counted in memory and stored in rounds; a process that dies forgets those of the last one."""

    db: Database
    readers: ReaderRepository
    clock: Clock
    every: timedelta
    rand: Callable[[], float] = random.random
    _reads: Counter[UserId] = field(default_factory=Counter[UserId])

    def note(self, user: UserId) -> None:
        """Somebody read their feed."""
        if len(self._reads) < _MOST or user in self._reads:
            self._reads[user] += 1

    async def __call__(self) -> None:
        """A round: store what there is."""
        reads, self._reads = self._reads, Counter()
        now = self.clock.now()
        for start in range(0, len(reads), _AT_ONCE):
            some = dict([*reads.items()][start : start + _AT_ONCE])
            due = {user: following(now, self.every, self.rand()) for user in some}
            await self.readers.note(self.db, some, due, now)
