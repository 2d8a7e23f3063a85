"""Find the conversation a message goes to, opening it for a first message."""

from dataclasses import dataclass

from svc_messaging.domain.conversation import Conversation, Pair
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.peers.access_checks import AccessChecks
from svc_messaging.store.known_conversations import KnownConversations
from svc_messaging.usecases.open_direct import OpenDirect


@dataclass(frozen=True)
class FindTarget:
    """By its id, or by the member it is with."""

    known: KnownConversations
    open_direct: OpenDirect
    access: AccessChecks

    async def by_id(self, me: UserId, conversation_id: ConversationId) -> Conversation:
        """A conversation of the caller; raises ConversationNotFound."""
        return await self.known.of(me, conversation_id)

    async def by_member(self, me: UserId, other: UserId) -> Conversation:
        """The conversation with a member.

        Raises:
            CannotMessageSelf: the member is the caller.
            UserNotFound, MessagingNotAllowed: there is none yet, and the two may not talk.
        """
        pair = Pair.of(me, other)
        if (conversation := await self.known.of_pair(pair)) is not None:
            return conversation
        (await self.access.between(me, other)).must_allow()
        return (await self.open_direct(me, pair))[0]
