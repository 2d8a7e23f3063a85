"""List a member's conversations, or read one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.data import Database, PageTokens, page_size
from svc_messaging.domain.conversation import ConversationNotFound, Standing
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.domain.message import Message
from svc_messaging.store.conversations import ConversationRepository
from svc_messaging.store.messages import MessageRepository


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation as the caller has it, with its last message."""

    standing: Standing
    last_message: Message | None


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """One page, latest activity first."""

    conversations: list[Listed]
    next_page_token: str


@dataclass(frozen=True)
class ListConversations:
    """Pages by keyset of the last activity."""

    db: Database
    conversations: ConversationRepository
    messages: MessageRepository
    tokens: PageTokens

    async def __call__(self, me: UserId, *, unread: bool, size: int, token: str) -> ConversationPage:
        """A page of the caller's conversations, only those with unread messages when told so."""
        scope = f"conversations/{me}/{unread}"
        size = page_size(size)
        after = None
        if token:
            cursor = self.tokens.decode(token, scope)
            after = datetime.fromisoformat(cursor["at"]), ConversationId(UUID(cursor["id"]))
        found = await self.conversations.page(self.db, me, unread=unread, size=size + 1, after=after)
        page = found[:size]
        following = ""
        if len(found) > size:
            last = page[-1]
            cursor = {"at": last.last_activity.isoformat(), "id": str(last.conversation.id)}
            following = self.tokens.encode(cursor, scope)
        return ConversationPage(await self._listed(page), following)

    async def one(self, me: UserId, conversation_id: ConversationId) -> Listed:
        """One conversation; raises ConversationNotFound for who is not in it."""
        standing = await self.conversations.standing(self.db, me, conversation_id)
        if standing is None:
            raise ConversationNotFound(conversation_id)
        return (await self._listed([standing]))[0]

    async def _listed(self, standings: Sequence[Standing]) -> list[Listed]:
        places = [(s.conversation.id, s.last_sequence) for s in standings if s.last_sequence]
        last = await self.messages.at(self.db, places) if places else {}
        return [Listed(standing, last.get(standing.conversation.id)) for standing in standings]
