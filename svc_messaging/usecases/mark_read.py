"""Mark a conversation as read."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_messaging.domain.ids import ConversationId, StreamId, UserId
from svc_messaging.domain.notices import Receipt, ReceiptNotice, Tell, Telling
from svc_messaging.store.known_conversations import KnownConversations
from svc_messaging.store.messages import MessageRepository
from svc_messaging.store.reading import ReadingRepository
from svc_messaging.usecases.events import message_read


@dataclass(frozen=True, slots=True)
class ReadUpTo:
    """Where a reader is: the last sequence read, and how many messages of others come after it."""

    sequence: int
    unread: int
    moved: bool


@dataclass(frozen=True)
class MarkRead:
    """Never goes back, never past the last message; the others are told when it moved."""

    db: Database
    known: KnownConversations
    messages: MessageRepository
    reading: ReadingRepository
    tell: Tell
    clock: Clock

    async def __call__(
        self, me: UserId, conversation_id: ConversationId, up_to: int, origin: StreamId | None = None
    ) -> ReadUpTo:
        """Where the reader is now; raises ConversationNotFound for who is not in the conversation."""
        conversation = await self.known.of(me, conversation_id)
        now = self.clock.now()

        async def work(tx: Transaction) -> ReadUpTo:
            unread = await self.reading.lock(tx, me, conversation_id) or 0
            read, last = await self.reading.place(tx, me, conversation_id)
            target = min(up_to, last)
            if target <= read:
                return ReadUpTo(read, unread, moved=False)
            unread = await self.messages.count_unread(tx, conversation_id, me, target)
            await self.reading.advance(tx, me, conversation_id, target, unread)
            tx.emit(message_read(conversation_id, me, target, now), actor=me)
            return ReadUpTo(target, unread, moved=True)

        result = await self.db.transact(work)
        if result.moved:
            receipt = ReceiptNotice(conversation_id, me, Receipt.READ, result.sequence, now)
            self.tell(Telling(receipt, conversation.participants, origin))
        return result
