"""A profile changed: the names and faces that instances keep are out of date."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.users_pb2 import UserUpdated
from mesh.contract import moment
from mesh.events import Bus, Event
from svc_feed.domain.ids import UserId
from svc_feed.peers.authors import tell_changed
from svc_feed.usecases.pictures import Pictures


@dataclass(frozen=True)
class OnUserUpdated:
    """One worker hears the event and signals it to every instance; what the profile showed before is let go."""

    bus: Bus
    pictures: Pictures

    async def __call__(self, event: Event[UserUpdated]) -> None:
        """Pass it on."""
        message = event.message
        user_id = UserId(UUID(message.user_id))
        await tell_changed(self.bus, user_id)
        if message.HasField("profile_picture_url"):
            await self.pictures.release(user_id, message.profile_picture_url, moment(message.updated_at))
