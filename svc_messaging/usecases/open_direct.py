"""Open the conversation of two people; two first messages at once meet in one."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from svc_messaging.domain.conversation import Conversation, ConversationNotFound, Pair
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.store.conversations import ConversationRepository
from svc_messaging.usecases.events import conversation_created


@dataclass(frozen=True)
class OpenDirect:
    """The pair is a unique key: who comes second waits for the first, then takes what is there."""

    db: Database
    conversations: ConversationRepository
    clock: Clock

    async def __call__(self, creator: UserId, pair: Pair) -> tuple[Conversation, bool]:
        """The pair's conversation, and whether it is new. Whether they may talk is decided before."""

        async def work(tx: Transaction) -> tuple[Conversation, bool]:
            now = self.clock.now()
            conversation = Conversation.direct(ConversationId(uuid7()), pair, now)
            if not await self.conversations.claim(tx, pair, conversation.id):
                return await self._existing(tx, pair), False
            await self.conversations.add(tx, conversation)
            tx.emit(conversation_created(conversation, creator), actor=creator)
            return conversation, True

        return await self.db.transact(work)

    async def _existing(self, tx: Transaction, pair: Pair) -> Conversation:
        conversation_id = await self.conversations.find_direct(tx, pair)
        found = await self.conversations.find(tx, conversation_id) if conversation_id else None
        if found is None:
            raise ConversationNotFound(conversation_id or ConversationId(uuid7()))
        return found
