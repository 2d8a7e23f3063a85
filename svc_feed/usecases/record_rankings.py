"""Record some of the requests of the ranked feed, for operators who want to know what another ranking would do."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from mesh import deadlines
from mesh.clock import Clock
from mesh.data import Database
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.telemetry import get_logger
from svc_feed.domain.feed import Order, Window
from svc_feed.domain.ids import RankingId, UserId
from svc_feed.domain.ranking import Given
from svc_feed.domain.recorded import RecordedRanking
from svc_feed.store.recorded_rankings import RecordedRankings

_log = get_logger(__name__)

_AT_ONCE = 4
"""Requests that are being stored at the same time; what comes meanwhile is not recorded."""
_HOUR = 3_600


@dataclass
class RecordRankings:
    """A Part. Of the requests without a page token a share is recorded, in each process no more than so many an hour.

    What a stored list was made of nobody knows any more when it is read, so a list is built for a request that is to be
    recorded; it is stored behind the reader's back. With a share of zero a read pays one comparison.
    """

    db: Database
    rankings: RecordedRankings
    clock: Clock
    share: float
    per_hour: int
    rand: Callable[[], float] = random.random
    tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])
    _hour: int = field(default=0, init=False)
    _recorded: int = field(default=0, init=False)

    name = "recorded rankings"

    async def start(self) -> None:
        """Nothing to do."""

    async def stop(self) -> None:
        """Wait until what was to be recorded is, or could not be."""
        await asyncio.gather(*self.tasks)

    def wants(self, window: Window) -> bool:
        """Whether the list that is read from this window on is to be built, and noted."""
        if not self.share or window.build or window.order is not Order.RANKED:
            return False
        return self.rand() < self.share and len(self.tasks) < _AT_ONCE and self._has_room()

    def note(self, viewer: UserId, given: Given, scoring: str) -> None:
        """Record a request that is answered by a list that was built for it."""
        self._recorded += 1
        now = self.clock.now()
        recorded = RecordedRanking.of(viewer, RankingId(uuid7(now)), given, scoring, now)
        task = asyncio.create_task(self._store(recorded))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _has_room(self) -> bool:
        hour = int(self.clock.now().timestamp()) // _HOUR
        if hour != self._hour:
            self._hour, self._recorded = hour, 0
        return self._recorded < self.per_hour

    async def _store(self, recorded: RecordedRanking) -> None:
        deadlines.work_for(None)  # nobody waits for it
        try:
            await self.rankings.add(self.db, recorded)
        except Failure as failure:
            _log.info("a ranking could not be recorded", reason=failure.reason)
