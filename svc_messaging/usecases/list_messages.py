"""Read the messages of a conversation."""

from dataclasses import dataclass

from mesh.data import Database, PageTokens, page_size
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.domain.message import Message
from svc_messaging.store.known_conversations import KnownConversations
from svc_messaging.store.messages import FOREVER, MessageRepository


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One page in the order asked for."""

    messages: list[Message]
    next_page_token: str


@dataclass(frozen=True)
class ListMessages:
    """Backwards from the newest, or forwards from a sequence."""

    db: Database
    known: KnownConversations
    messages: MessageRepository
    tokens: PageTokens

    async def __call__(
        self, me: UserId, conversation_id: ConversationId, *, after: int | None, size: int, token: str
    ) -> MessagePage:
        """A page of messages; raises ConversationNotFound for who is not in the conversation."""
        await self.known.of(me, conversation_id)
        forwards = after is not None
        scope = f"messages/{conversation_id}/{'forwards' if forwards else 'backwards'}"
        size = page_size(size)
        start = (after or 0) if forwards else FOREVER
        if token:
            start = int(self.tokens.decode(token, scope)["sequence"])
        read = self.messages.after if forwards else self.messages.before
        found = await read(self.db, conversation_id, start, size=size + 1)
        page = found[:size]
        following = self.tokens.encode({"sequence": page[-1].sequence}, scope) if len(found) > size else ""
        return MessagePage(page, following)
