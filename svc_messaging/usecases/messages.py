"""Send messages, list them, take them back."""

import dataclasses
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.errors import Failure
from mesh.ids import uuid7
from svc_messaging.domain.facts import MessageDeleted
from svc_messaging.domain.ids import ConversationId, MessageId, UserId
from svc_messaging.domain.message import Draft, Message, MessageNotFound, NotTheSender, Outgoing, Sent
from svc_messaging.domain.notices import ChangeNotice, Tell, Telling
from svc_messaging.store.changes import ChangeRepository
from svc_messaging.store.conversations import ConversationRepository
from svc_messaging.store.events import publish
from svc_messaging.store.known_conversations import KnownConversations
from svc_messaging.store.messages import MessageRepository
from svc_messaging.usecases.commit_messages import CommitMessages
from svc_messaging.usecases.conversations import Conversations
from svc_messaging.usecases.people import People


@dataclass(frozen=True)
class Messages:
    """One way in for the stream and for the single call. Permission is asked for each time."""

    db: Database
    known: KnownConversations
    conversations: ConversationRepository
    messages: MessageRepository
    changes: ChangeRepository
    opening: Conversations
    people: People
    commit: CommitMessages
    tell: Tell
    pager: Pager
    clock: Clock

    async def send(self, me: UserId, outgoing: Outgoing) -> Sent:
        """The stored message.

        Raises:
            ConversationNotFound, CannotMessageSelf: there is nobody to send it to.
            UserNotFound, MessagingNotAllowed: the two may not talk, or not any more.
            RateLimited: the recipient is a stranger, and there were too many.
        """
        store = await self.submit(me, outgoing)
        return await store()

    async def submit(self, me: UserId, outgoing: Outgoing) -> Callable[[], Awaitable[Sent]]:
        """Find out where a message goes; what is returned stores it, and may be called beside others.

        What is called in some order is stored in that order.
        """
        if outgoing.to_member:
            conversation, permitted = await self.opening.with_member(me, UserId(outgoing.target))
        else:
            conversation, permitted = await self.known.of(me, ConversationId(outgoing.target)), False
        draft = Draft(
            MessageId(uuid7()), conversation, me, outgoing.client_message_id, outgoing.content, outgoing.origin
        )
        return partial(self.commit if permitted else self._permit, draft)

    async def page(
        self, me: UserId, conversation_id: ConversationId, *, since: int | None, size: int, token: str
    ) -> Page[Message]:
        """Backwards from the newest, or forwards from a sequence; raises ConversationNotFound for who is not in it."""
        await self.known.of(me, conversation_id)
        listing = self.messages.listing(self.db, me, conversation_id, since)
        return await self.pager.page(token, size, f"messages/{me}/{conversation_id}/{since}", listing)

    async def delete(self, me: UserId, conversation_id: ConversationId, message_id: MessageId) -> Message:
        """Take a message's text away for everybody; its place in the order stays.

        Raises:
            ConversationNotFound, MessageNotFound: there is nothing to delete for the caller.
            NotTheSender: somebody else wrote it.
        """
        conversation = await self.known.of(me, conversation_id)

        async def work(tx: Transaction) -> tuple[Message, ChangeNotice | None]:
            await self.conversations.lock(tx, [conversation_id])
            message = await self.messages.lock(tx, conversation_id, message_id)
            if message is None:
                raise MessageNotFound(message_id)
            if message.sender_id != me:
                raise NotTheSender(f"message {message_id} can be deleted only by who sent it")
            if message.deleted:
                return message, None
            now = self.clock.now()
            await self.messages.erase(tx, message, now)
            hidden_from = await self.messages.hidden_from(tx, message)
            readers = [member for member in conversation.others(me) if member not in hidden_from]
            if not message.removed:
                await self.conversations.one_unread_less(tx, conversation_id, readers, message.sequence)
            places = await self.changes.record(tx, conversation, message.sequence)
            publish(tx, MessageDeleted(conversation, message, now), by=me)
            deleted = dataclasses.replace(message, content="", deleted=True)
            return deleted, ChangeNotice(deleted, places, hidden_from)

        message, notice = await self.db.transact(work)
        if notice is not None:  # whoever had the text learns that it is gone, whatever lies between the two by now
            self.tell(Telling(notice, conversation.participants))
        return message

    async def _permit(self, draft: Draft) -> Sent:
        """Store a draft if that is permitted; a repeat gets its first answer, permitted or not, and costs nothing."""
        me = draft.sender_id
        try:
            permission = await self.people.may_write_in(me, draft.conversation)
        except Failure:
            if (stored := await self.commit.repeated(draft)) is not None:
                return stored
            raise
        if permission.strangers:
            if (stored := await self.commit.repeated(draft)) is not None:
                return stored
            await self.people.charge(permission)
        return await self.commit(dataclasses.replace(draft, hidden_from=permission.hidden_from))
