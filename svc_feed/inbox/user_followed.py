"""A member follows another: their feed lacks the other's posts, and the other has gained a follower."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.graph_pb2 import UserFollowed
from mesh.contract import moment
from mesh.events import Event
from svc_feed.domain.analytics import FollowerChange
from svc_feed.domain.ids import UserId
from svc_feed.store.feed_cache import FeedCache
from svc_feed.usecases.count_followers import CountFollowers


@dataclass(frozen=True)
class OnUserFollowed:
    """The follower's feed is built anew at its next read."""

    feeds: FeedCache
    count: CountFollowers

    async def __call__(self, event: Event[UserFollowed]) -> None:
        """Drop the feed, and count."""
        changed = event.message
        await self.feeds.drop(UserId(UUID(changed.follower_id)))
        author, at = UserId(UUID(changed.followed_id)), moment(changed.followed_at)
        await self.count(event.id, author, at, FollowerChange(gained=1))
