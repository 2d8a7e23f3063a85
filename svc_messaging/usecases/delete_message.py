"""Delete a message for everybody."""

import dataclasses
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_messaging.domain.ids import ConversationId, MessageId, UserId
from svc_messaging.domain.message import Message, MessageNotFound, NotTheSender
from svc_messaging.store.known_conversations import KnownConversations
from svc_messaging.store.messages import MessageRepository


@dataclass(frozen=True)
class DeleteMessage:
    """Takes the text away; the place in the order stays."""

    db: Database
    known: KnownConversations
    messages: MessageRepository
    clock: Clock

    async def __call__(self, me: UserId, conversation_id: ConversationId, message_id: MessageId) -> Message:
        """The message without its text.

        Raises:
            ConversationNotFound, MessageNotFound: there is nothing to delete for the caller.
            NotTheSender: somebody else wrote it.
        """
        await self.known.of(me, conversation_id)

        async def work(tx: Transaction) -> Message:
            message = await self.messages.lock(tx, conversation_id, message_id)
            if message is None:
                raise MessageNotFound(message_id)
            if message.sender_id != me:
                raise NotTheSender(f"message {message_id} can be deleted only by who sent it")
            if not message.deleted:
                await self.messages.erase(tx, message, self.clock.now())
            return dataclasses.replace(message, content="", deleted=True)

        return await self.db.transact(work)
