"""A post was published: bring it into warm feeds."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.posts_pb2 import PostCreated
from mesh.events import Event
from svc_feed.domain.ids import PostId, UserId
from svc_feed.usecases.fan_out_post import FanOutPost


@dataclass(frozen=True)
class OnPostCreated:
    """Fan-out is idempotent, so a second delivery needs no memory of the first."""

    fan_out: FanOutPost

    async def __call__(self, event: Event[PostCreated]) -> None:
        """Fan the post out."""
        await self.fan_out(UserId(UUID(event.message.author_id)), PostId(UUID(event.message.post_id)))
