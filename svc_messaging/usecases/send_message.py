"""Send a message."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from mesh.data import Database
from mesh.errors import Failure
from mesh.ids import uuid7
from svc_messaging.domain.conversation import Conversation
from svc_messaging.domain.ids import MessageId, StreamId, UserId
from svc_messaging.domain.message import Draft, Sent
from svc_messaging.peers.access_checks import AccessChecks
from svc_messaging.store.messages import MessageRepository
from svc_messaging.usecases.commit_messages import CommitMessages

ChargeStranger = Callable[[UserId], Awaitable[None]]
"""Charges a sender for a message to somebody they are not connected with; raises when there is nothing left."""


@dataclass(frozen=True)
class SendMessage:
    """Asks for permission each time, then stores. Sends of one caller that start in order are stored in order."""

    db: Database
    messages: MessageRepository
    access: AccessChecks
    charge_stranger: ChargeStranger
    commit: CommitMessages

    async def __call__(
        self,
        me: UserId,
        conversation: Conversation,
        client_message_id: str,
        content: str,
        origin: StreamId | None = None,
    ) -> Sent:
        """The stored message.

        Raises:
            UserNotFound, MessagingNotAllowed: the two may not talk any more. A repeat of a message that was stored
                while they might still gets its first answer.
        """
        draft = Draft(MessageId(uuid7()), conversation, me, client_message_id, content, origin)
        try:
            await self._permit(me, conversation)
        except Failure:
            stored = await self.messages.sent_before(self.db, [draft.key])
            if draft.key in stored:
                return Sent(stored[draft.key], duplicate=True)
            raise
        return await self.commit(draft)

    async def _permit(self, me: UserId, conversation: Conversation) -> None:
        partner = conversation.partner(me)
        if partner is None:  # a group: who is in it may write
            return
        verdict = await self.access.between(me, partner)
        verdict.must_allow()
        if not verdict.connected:
            await self.charge_stranger(me)
