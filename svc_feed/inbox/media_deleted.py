"""A medium is gone: so is what was made of it. Repeats find nothing."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.media_pb2 import MediaDeleted
from mesh.events import Event
from svc_feed.domain.ids import MediaId, UserId
from svc_feed.usecases.process_medium import ProcessMedium


@dataclass(frozen=True)
class OnMediaDeleted:
    """Deletes its objects."""

    process: ProcessMedium

    async def __call__(self, event: Event[MediaDeleted]) -> None:
        """Forget the medium."""
        await self.process.forget(UserId(UUID(event.message.owner_id)), MediaId(UUID(event.message.media_id)))
