"""Tell authors what came of their posts."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mesh.clock import Clock
from mesh.data import Database
from svc_feed.domain.analytics import DAYS, Analytics, midnight, told
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import NotTheAuthor
from svc_feed.store.analytics import AnalyticsRepository
from svc_feed.store.follower_days import FollowerDayRepository
from svc_feed.usecases.find_post import FindPost


@dataclass(frozen=True)
class ReadAnalytics:
    """Four statements for a post, and five for an author; days are those of UTC, today among them."""

    db: Database
    analytics: AnalyticsRepository
    followers: FollowerDayRepository
    find: FindPost
    clock: Clock

    async def of_post(self, me: UserId, post_id: PostId, days: int) -> Analytics:
        """What came of a post of the caller; raises PostNotFound, NotTheAuthor."""
        (post, _), _ = await self.find(me, post_id)
        if post.author_id != me:
            raise NotTheAuthor(f"what came of post {post_id} is told only to its author")
        return await self._of(me, post_id, self._since(days))

    async def of_author(self, me: UserId, days: int) -> Analytics:
        """What came of all posts of the caller, and of their followers."""
        since = self._since(days)
        found = await self._of(me, None, since)
        return replace(found, followers=await self.followers.days(self.db, me, since))

    def _since(self, days: int) -> datetime:
        return midnight(self.clock.now()) - timedelta(days=(days or DAYS) - 1)

    async def _of(self, me: UserId, post_id: PostId | None, since: datetime) -> Analytics:
        views = await self.analytics.views(self.db, me, post_id, since)
        return told(views, await self.analytics.answers(self.db, me, post_id, since))
