"""A post changed: one that was private may now belong into feeds, what was approved of it is another one, and so on."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.posts_pb2 import PostUpdated
from guild.feed.v1.post_pb2 import VISIBILITY_PRIVATE
from mesh.contract import moment
from mesh.events import Event
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import REVISED
from svc_feed.domain.tally import PostKey
from svc_feed.usecases.end_campaigns import EndCampaigns
from svc_feed.usecases.fan_out_post import FanOutPost
from svc_feed.usecases.tell_revised import TellRevised


@dataclass(frozen=True)
class OnPostUpdated:
    """Every other change is seen when the post is read."""

    fan_out: FanOutPost
    campaigns: EndCampaigns
    tell: TellRevised

    async def __call__(self, event: Event[PostUpdated]) -> None:
        """Fan a post out that stopped being private, have its campaigns looked at again, tell who answered it."""
        changed = event.message
        author, post_id = UserId(UUID(changed.author_id)), PostId(UUID(changed.post_id))
        await self.campaigns.of_changed(author, post_id, changed.revision)
        if changed.previous_visibility == VISIBILITY_PRIVATE:
            await self.fan_out(author, post_id)
        if REVISED.intersection(changed.changed_fields):
            post = PostKey(author, post_id)
            await self.tell.edited(event.id, post, changed.revision, moment(changed.updated_at))
