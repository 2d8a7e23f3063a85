"""A post was deleted: erase what others answered to it."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.posts_pb2 import PostDeleted
from mesh.events import Event
from svc_feed.domain.ids import PostId, UserId
from svc_feed.usecases.erase_answers import EraseAnswers


@dataclass(frozen=True)
class OnPostDeleted:
    """Feeds need no word: a post that is gone falls out of a feed when it is read."""

    erase: EraseAnswers

    async def __call__(self, event: Event[PostDeleted]) -> None:
        """Erase comments, reactions."""
        await self.erase(UserId(UUID(event.message.author_id)), PostId(UUID(event.message.post_id)))
