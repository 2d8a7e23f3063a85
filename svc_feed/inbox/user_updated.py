"""A profile changed: the names and faces that instances keep are out of date."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.users_pb2 import UserUpdated
from mesh.events import Bus, Event
from svc_feed.domain.ids import UserId
from svc_feed.peers.authors import tell_changed


@dataclass(frozen=True)
class OnUserUpdated:
    """One worker hears the event and signals it to every instance."""

    bus: Bus

    async def __call__(self, event: Event[UserUpdated]) -> None:
        """Pass it on."""
        await tell_changed(self.bus, UserId(UUID(event.message.user_id)))
