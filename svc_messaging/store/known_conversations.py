"""Conversations kept in memory: who is in one never changes, so a send need not ask the database."""

from mesh.cache import LocalCache
from mesh.data import Querier
from svc_messaging.domain.conversation import Conversation, ConversationNotFound, Pair
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.store.conversations import ConversationRepository

_MAX_KNOWN = 20_000  # about 10 MB of conversations of two
_KNOWN_SECONDS = 3600.0


class KnownConversations:
    """Reads through to the repository."""

    def __init__(self, q: Querier, conversations: ConversationRepository) -> None:
        self._q = q
        self._conversations = conversations
        self._by_id: LocalCache[ConversationId, Conversation] = LocalCache(_MAX_KNOWN, _KNOWN_SECONDS)
        self._by_pair: LocalCache[Pair, ConversationId] = LocalCache(_MAX_KNOWN, _KNOWN_SECONDS)

    async def of(self, user_id: UserId, conversation_id: ConversationId) -> Conversation:
        """A conversation that `user_id` is in; raises ConversationNotFound."""
        conversation = self._by_id.get(conversation_id)
        if conversation is None:
            conversation = await self._conversations.find(self._q, conversation_id)
            if conversation is None:
                raise ConversationNotFound(conversation_id)
            self._by_id.put(conversation_id, conversation)
        conversation.must_include(user_id)
        return conversation

    async def of_pair(self, pair: Pair) -> Conversation | None:
        """The conversation of two people, if they have one."""
        conversation_id = self._by_pair.get(pair)
        if conversation_id is None:
            conversation_id = await self._conversations.find_direct(self._q, pair)
            if conversation_id is None:
                return None
            self._by_pair.put(pair, conversation_id)
        return await self.of(pair.lo, conversation_id)
