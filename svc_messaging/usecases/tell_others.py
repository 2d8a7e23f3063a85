"""Tell the others in a conversation something that is not stored."""

from dataclasses import dataclass

from mesh.clock import Clock
from svc_messaging.domain.conversation import Conversation
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.domain.notices import Receipt, ReceiptNotice, Tell, Telling, TypingNotice
from svc_messaging.peers.access_checks import AccessChecks
from svc_messaging.store.known_conversations import KnownConversations


@dataclass(frozen=True)
class TellOthers:
    """Passes on that somebody is typing, or that messages arrived; to nobody who may not be written to."""

    known: KnownConversations
    access: AccessChecks
    tell: Tell
    clock: Clock

    async def typing(self, me: UserId, conversation_id: ConversationId) -> None:
        """Somebody is typing; raises ConversationNotFound."""
        conversation = await self.known.of(me, conversation_id)
        if await self._open(me, conversation):
            self.tell(Telling(TypingNotice(conversation_id, me), conversation.others(me)))

    async def delivered(self, me: UserId, conversation_id: ConversationId, up_to: int) -> None:
        """Messages arrived on a device; raises ConversationNotFound."""
        conversation = await self.known.of(me, conversation_id)
        if await self._open(me, conversation):
            receipt = ReceiptNotice(conversation_id, me, Receipt.DELIVERED, up_to, self.clock.now())
            self.tell(Telling(receipt, conversation.others(me)))

    async def _open(self, me: UserId, conversation: Conversation) -> bool:
        partner = conversation.partner(me)
        return partner is None or (await self.access.between(me, partner)).may_message
