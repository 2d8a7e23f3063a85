"""Say who wrote messages, for services that act upon them."""

from dataclasses import dataclass
from uuid import UUID

from mesh.authorship import Authorship
from mesh.data import Database
from svc_messaging.domain.ids import ConversationId, MessageId, UserId
from svc_messaging.domain.message import MessageNotFound
from svc_messaging.store.known_conversations import KnownConversations
from svc_messaging.store.messages import MessageRepository


@dataclass(frozen=True)
class ContentAuthors:
    """Of messages that have a text for the viewer, who is in their conversation."""

    db: Database
    known: KnownConversations
    messages: MessageRepository

    async def of_message(self, viewer: UserId, message_id: UUID, conversation_id: UUID | None) -> Authorship:
        """Who sent a message; raises ConversationNotFound, MessageNotFound."""
        wanted = MessageId(message_id)
        if conversation_id is None:
            raise MessageNotFound(wanted)
        conversation = await self.known.of(viewer, ConversationId(conversation_id))
        message = await self.messages.find(self.db, viewer, conversation.id, wanted)
        if message is None or message.deleted or message.removed or message.hidden:
            raise MessageNotFound(wanted)
        return Authorship(message.sender_id)
