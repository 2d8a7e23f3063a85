"""A member stopped following another: their feed holds posts that they asked not to see."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.graph_pb2 import UserUnfollowed
from mesh.events import Event
from svc_feed.domain.ids import UserId
from svc_feed.store.feed_cache import FeedCache


@dataclass(frozen=True)
class OnUserUnfollowed:
    """The follower's feed is built anew at its next read."""

    feeds: FeedCache

    async def __call__(self, event: Event[UserUnfollowed]) -> None:
        """Drop the feed."""
        await self.feeds.drop(UserId(UUID(event.message.follower_id)))
