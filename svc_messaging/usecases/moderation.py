"""Take down messages that moderation decided against, and show them again when the decision is undone."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from mesh.data import Database, Transaction
from svc_messaging.domain.conversation import Conversation
from svc_messaging.domain.ids import ConversationId, MessageId
from svc_messaging.domain.message import Message
from svc_messaging.domain.notices import ChangeNotice, Tell, Telling
from svc_messaging.store.changes import ChangeRepository
from svc_messaging.store.conversations import ConversationRepository
from svc_messaging.store.messages import MessageRepository


@dataclass(frozen=True)
class Moderation:
    """The latest decision about a message holds, however late and often others arrive; every device is told."""

    db: Database
    conversations: ConversationRepository
    messages: MessageRepository
    changes: ChangeRepository
    tell: Tell

    async def __call__(
        self, conversation_id: ConversationId, message_id: MessageId, *, removed: bool, at: datetime
    ) -> None:
        """Take its text down, or show it again unless it was deleted meanwhile."""
        conversation = await self.conversations.find(self.db, conversation_id)
        if conversation is None:
            return

        async def work(tx: Transaction) -> ChangeNotice | None:
            await self.conversations.lock(tx, [conversation_id])
            message = await self.messages.lock(tx, conversation_id, message_id)
            if message is None or not await self.messages.moderate(tx, message, removed=removed, at=at):
                return None
            if message.deleted or message.removed == removed:
                return None
            return await self._changed(tx, conversation, dataclasses.replace(message, removed=removed))

        notice = await self.db.transact(work)
        if notice is not None:
            self.tell(Telling(notice, conversation.participants))

    async def _changed(self, tx: Transaction, conversation: Conversation, message: Message) -> ChangeNotice:
        hidden_from = await self.messages.hidden_from(tx, message)
        if message.removed:
            readers = [one for one in conversation.others(message.sender_id) if one not in hidden_from]
            await self.conversations.one_unread_less(tx, conversation.id, readers, message.sequence)
        places = await self.changes.record(tx, conversation, message.sequence)
        return ChangeNotice(message, places, hidden_from)
