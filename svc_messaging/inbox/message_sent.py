"""Hears that a message was sent: who has no chat open is notified."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.messages_pb2 import MessageSent
from mesh.cache import CacheUnavailable
from mesh.events import Event
from svc_messaging.domain.ids import UserId
from svc_messaging.domain.notification import Happening, NotificationKind
from svc_messaging.store.presence import Presence
from svc_messaging.usecases.notify import Notify


@dataclass(frozen=True)
class OnMessageSent:
    """While nobody can tell who has a chat open, everybody is notified."""

    notify: Notify
    presence: Presence

    async def __call__(self, event: Event[MessageSent]) -> None:
        """Notify the recipients who are away."""
        sent = event.message
        recipients = [UserId(UUID(user_id)) for user_id in sent.recipient_ids]
        try:
            here = set(await self.presence.online(recipients))
        except CacheUnavailable:
            here = set[UserId]()
        happening = Happening(
            NotificationKind.MESSAGE_RECEIVED,
            UserId(UUID(sent.sender_id)),
            UUID(sent.conversation_id),
            event.occurred_at,
        )
        if away := [user_id for user_id in recipients if user_id not in here]:
            await self.notify(event.id, away, happening)
