"""The bytes of a medium are there: look at them."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.media_pb2 import MediaUploaded
from mesh.events import Event
from svc_feed.domain.ids import MediaId, UserId
from svc_feed.usecases.process_medium import ProcessMedium


@dataclass(frozen=True)
class OnMediaUploaded:
    """Once is enough; a repeat finds it settled."""

    process: ProcessMedium

    async def __call__(self, event: Event[MediaUploaded]) -> None:
        """Look at the medium."""
        await self.process(UserId(UUID(event.message.owner_id)), MediaId(UUID(event.message.media_id)))
