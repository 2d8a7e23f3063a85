"""Open a conversation with one other member, or with several."""

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from svc_messaging.domain.conversation import CannotMessageSelf, Conversation, Pair
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.peers.access_checks import AccessChecks
from svc_messaging.store.conversations import ConversationRepository
from svc_messaging.usecases.events import conversation_created
from svc_messaging.usecases.open_direct import OpenDirect


@dataclass(frozen=True)
class CreateConversation:
    """The caller must be allowed to write to everybody in it."""

    db: Database
    conversations: ConversationRepository
    open_direct: OpenDirect
    access: AccessChecks
    clock: Clock

    async def __call__(self, me: UserId, members: Sequence[UserId], title: str) -> tuple[Conversation, bool]:
        """The conversation, and whether it is new: a pair's own is found again, a group is always new.

        Raises:
            CannotMessageSelf: nobody but the caller is in it.
            UserNotFound, MessagingNotAllowed: somebody in it does not take messages from the caller.
        """
        others = [user_id for user_id in members if user_id != me]
        if not others:
            raise CannotMessageSelf("cannot open a conversation with yourself: name somebody else")
        verdicts = await self.access.among((me, user_id) for user_id in others)
        for verdict in verdicts.values():
            verdict.must_allow()
        if len(others) == 1 and not title:
            return await self.open_direct(me, Pair.of(me, others[0]))
        return await self._group(me, others, title), True

    async def _group(self, me: UserId, others: Sequence[UserId], title: str) -> Conversation:
        async def work(tx: Transaction) -> Conversation:
            group = Conversation.group(ConversationId(uuid7()), me, others, title, self.clock.now())
            await self.conversations.add(tx, group)
            tx.emit(conversation_created(group, me), actor=me)
            return group

        return await self.db.transact(work)
