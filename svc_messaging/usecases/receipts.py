"""What a participant tells the others without writing: how far they have read or got messages, that they are typing."""

from collections.abc import Iterable
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_messaging.domain.conversation import Conversation
from svc_messaging.domain.facts import ConversationRead
from svc_messaging.domain.ids import ConversationId, StreamId, UserId
from svc_messaging.domain.notices import Notice, Receipt, ReceiptNotice, Tell, Telling, TypingNotice
from svc_messaging.store.conversations import ConversationRepository
from svc_messaging.store.events import publish
from svc_messaging.store.known_conversations import KnownConversations
from svc_messaging.store.messages import MessageRepository
from svc_messaging.usecases.people import People


@dataclass(frozen=True, slots=True)
class ReadUpTo:
    """Where a reader is: the last sequence read, and how many messages of others come after it."""

    sequence: int
    unread: int
    moved: bool


@dataclass(frozen=True)
class Receipts:
    """Each notice asks who may have it; none tells of a message that is not there."""

    db: Database
    known: KnownConversations
    conversations: ConversationRepository
    messages: MessageRepository
    people: People
    tell: Tell
    clock: Clock

    async def read(
        self, me: UserId, conversation_id: ConversationId, up_to: int, origin: StreamId | None = None
    ) -> ReadUpTo:
        """Where the reader is now: never back, never past the last message.

        The others are told when it moved, and the reader's other devices. Raises ConversationNotFound.
        """
        conversation = await self.known.of(me, conversation_id)
        now = self.clock.now()

        async def work(tx: Transaction) -> ReadUpTo:
            place = await self.conversations.lock_place(tx, me, conversation_id)
            target = min(up_to, place.last)
            if target <= place.read:
                return ReadUpTo(place.read, place.unread, moved=False)
            unread = await self.messages.count_unread(tx, me, conversation_id, target)
            await self.conversations.read_up_to(tx, me, conversation_id, target, unread)
            publish(tx, ConversationRead(conversation_id, me, target, now), by=me)
            return ReadUpTo(target, unread, moved=True)

        result = await self.db.transact(work)
        if result.moved:
            receipt = ReceiptNotice(conversation_id, me, Receipt.READ, result.sequence, now)
            await self._notice(me, conversation, receipt, also=(me,), origin=origin)
        return result

    async def delivered(self, me: UserId, conversation_id: ConversationId, up_to: int) -> None:
        """Messages arrived on a device; raises ConversationNotFound."""
        conversation = await self.known.of(me, conversation_id)
        last = (await self.conversations.sequences(self.db, me, [conversation_id])).get(conversation_id, 0)
        if target := min(up_to, last):
            receipt = ReceiptNotice(conversation_id, me, Receipt.DELIVERED, target, self.clock.now())
            await self._notice(me, conversation, receipt)

    async def typing(self, me: UserId, conversation_id: ConversationId) -> None:
        """Somebody is typing; raises ConversationNotFound."""
        conversation = await self.known.of(me, conversation_id)
        await self._notice(me, conversation, TypingNotice(conversation_id, me))

    async def _notice(
        self,
        me: UserId,
        conversation: Conversation,
        notice: Notice,
        *,
        also: Iterable[UserId] = (),
        origin: StreamId | None = None,
    ) -> None:
        self.tell(Telling(notice, [*await self.people.reached(me, conversation), *also], origin))
