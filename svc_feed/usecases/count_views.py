"""Count who sees what, many at a time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from mesh.clock import Clock
from mesh.data import Database
from mesh.lifecycle import Rounds
from svc_feed.domain.analytics import Viewed, Views, midnight
from svc_feed.domain.audience import audience_of
from svc_feed.domain.ids import UserId
from svc_feed.domain.tally import PostKey
from svc_feed.store.analytics import AnalyticsRepository

EVERY_SECONDS = 5.0
"""How long views wait in memory; what a process that dies has not stored is lost, and nothing else."""
_AT_ONCE = 500
"""Rows of one transaction."""


@dataclass
class CountViews:
    """A Part that gathers views and stores them together, the rest of them when it stops."""

    db: Database
    analytics: AnalyticsRepository
    clock: Clock
    waiting: defaultdict[Viewed, list[UserId]] = field(default_factory=lambda: defaultdict(list))

    name = "views"

    def __post_init__(self) -> None:
        self._rounds = Rounds("views", self.store, EVERY_SECONDS, at_once=False)

    async def start(self) -> None:
        """Begin to store."""
        await self._rounds.start()

    async def stop(self) -> None:
        """Store what is left."""
        await self._rounds.stop()
        await self.store()

    def note(self, viewer: UserId, seen: Iterable[PostKey]) -> None:
        """Somebody saw posts of others that they had not seen before."""
        day = midnight(self.clock.now())
        for author, post_id in seen:
            self.waiting[Viewed(author, post_id, day)].append(viewer)
            self.waiting[Viewed(author, None, day)].append(viewer)

    async def store(self) -> None:
        """Store all that waits; what is not stored waits on."""
        while self.waiting:
            some = {one: self.waiting[one] for one, _ in zip(self.waiting, range(_AT_ONCE), strict=False)}
            for one in some:
                del self.waiting[one]
            views = {one: Views(len(who), audience_of(who, one.author_id)) for one, who in some.items()}
            try:
                await self.db.transact(lambda tx, views=views: self.analytics.add(tx, views))
            except BaseException:
                for one, who in some.items():
                    self.waiting[one] += who
                raise
