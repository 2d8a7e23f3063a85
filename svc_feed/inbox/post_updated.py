"""A post changed: one that was private may now belong into feeds, and what was approved of it is another one."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.posts_pb2 import PostUpdated
from guild.feed.v1.post_pb2 import VISIBILITY_PRIVATE
from mesh.events import Event
from svc_feed.domain.ids import PostId, UserId
from svc_feed.usecases.end_campaigns import EndCampaigns
from svc_feed.usecases.fan_out_post import FanOutPost


@dataclass(frozen=True)
class OnPostUpdated:
    """Every other change is seen when the post is read."""

    fan_out: FanOutPost
    campaigns: EndCampaigns

    async def __call__(self, event: Event[PostUpdated]) -> None:
        """Fan a post out that stopped being private, and have its campaigns looked at again."""
        author, post_id = UserId(UUID(event.message.author_id)), PostId(UUID(event.message.post_id))
        await self.campaigns.of_changed(author, post_id, event.message.revision)
        if event.message.previous_visibility == VISIBILITY_PRIVATE:
            await self.fan_out(author, post_id)
