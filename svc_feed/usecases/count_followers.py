"""Count how the followers of authors come and go."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.data import Database, Transaction, inbox_once
from svc_feed.domain.analytics import FollowerChange, midnight
from svc_feed.domain.ids import UserId
from svc_feed.store.follower_days import FollowerDayRepository

CONSUMER = "follower-days"


@dataclass(frozen=True)
class CountFollowers:
    """Done by workers; what is delivered again is not counted again."""

    db: Database
    followers: FollowerDayRepository

    async def __call__(self, event_id: UUID, author: UserId, at: datetime, change: FollowerChange) -> None:
        """Count a change on the day, in UTC, on which it was made."""

        async def work(tx: Transaction) -> None:
            if await inbox_once(tx, CONSUMER, event_id):
                self.followers.add(tx, author, midnight(at), change)

        await self.db.transact(work)
