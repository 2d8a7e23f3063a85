"""Hears that two members are connected: the one who had asked is notified."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.graph_pb2 import ConnectionAccepted
from mesh.events import Event
from svc_messaging.domain.ids import UserId
from svc_messaging.domain.notification import Happening, NotificationKind
from svc_messaging.usecases.notify import Notify


@dataclass(frozen=True)
class OnConnectionAccepted:
    """The subject is who accepted."""

    notify: Notify

    async def __call__(self, event: Event[ConnectionAccepted]) -> None:
        """Notify the one who had asked."""
        addressee = UserId(UUID(event.message.addressee_id))
        happening = Happening(NotificationKind.CONNECTION_ACCEPTED, addressee, addressee, event.occurred_at)
        await self.notify(event.id, [UserId(UUID(event.message.requester_id))], happening)
