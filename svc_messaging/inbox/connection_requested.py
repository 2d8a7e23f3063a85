"""Hears that somebody asked to connect: the one who was asked is notified."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.graph_pb2 import ConnectionRequested
from mesh.events import Event
from svc_messaging.domain.ids import UserId
from svc_messaging.domain.notification import Happening, NotificationKind
from svc_messaging.usecases.notify import Notify


@dataclass(frozen=True)
class OnConnectionRequested:
    """The subject is who asked."""

    notify: Notify

    async def __call__(self, event: Event[ConnectionRequested]) -> None:
        """Notify the one who was asked."""
        requester = UserId(UUID(event.message.requester_id))
        happening = Happening(NotificationKind.CONNECTION_REQUESTED, requester, requester, event.occurred_at)
        await self.notify(event.id, [UserId(UUID(event.message.addressee_id))], happening)
