"""Open conversations, list them, keep them quiet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.ids import uuid7
from svc_messaging.domain.conversation import CannotMessageSelf, Conversation, ConversationNotFound, Pair, Standing
from svc_messaging.domain.facts import ConversationOpened
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.domain.message import Message
from svc_messaging.store.conversations import ConversationRepository
from svc_messaging.store.events import publish
from svc_messaging.store.known_conversations import KnownConversations
from svc_messaging.store.messages import MessageRepository
from svc_messaging.usecases.people import People

WITHOUT_END = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The end of a mute that has none: the last time the contract can say."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation as the caller has it, with its last message."""

    standing: Standing
    last_message: Message | None = None


@dataclass(frozen=True)
class Conversations:
    """A pair has one conversation without a title: two who open it at once meet in it."""

    db: Database
    conversations: ConversationRepository
    known: KnownConversations
    messages: MessageRepository
    people: People
    pager: Pager
    clock: Clock

    async def create(self, me: UserId, members: Sequence[UserId], title: str) -> tuple[Listed, bool]:
        """The conversation, and whether it is new: a pair's own is found again, any other is always new.

        Raises:
            CannotMessageSelf: nobody but the caller is in it.
            UserNotFound, MessagingNotAllowed: somebody in it does not take messages from the caller.
            RateLimited: too many of them are strangers.
        """
        others = [user_id for user_id in dict.fromkeys(members) if user_id != me]
        if not others:
            raise CannotMessageSelf("cannot open a conversation with yourself: name somebody else")
        permission = await self.people.may_write(me, others)
        pair = Pair.of(me, others[0]) if len(others) == 1 and not title else None
        if pair and (found := await self.known.of_pair(pair)):
            return await self.get(me, found.id), False
        await self.people.charge(permission)
        if pair:
            conversation, created = await self._open(me, pair)
            return await self.get(me, conversation.id), created
        now = self.clock.now()
        group = Conversation.group(ConversationId(uuid7()), me, others, title, now)
        await self.db.transact(lambda tx: self._add(tx, group, me))
        return Listed(Standing(group, 0, now, 0, 0)), True

    async def with_member(self, me: UserId, other: UserId) -> tuple[Conversation, bool]:
        """The conversation with a member, and whether the caller was permitted and charged for opening it.

        Raises:
            CannotMessageSelf: the member is the caller.
            UserNotFound, MessagingNotAllowed, RateLimited: there is none yet, and none may be opened.
        """
        pair = Pair.of(me, other)
        if (found := await self.known.of_pair(pair)) is not None:
            return found, False
        await self.people.charge(await self.people.may_write(me, [other]))
        return (await self._open(me, pair))[0], True

    async def page(self, me: UserId, *, unread: bool, size: int, token: str) -> Page[Listed]:
        """A page of the caller's conversations, latest activity first, only those with unread messages when told so."""

        async def dress(standings: Sequence[Standing]) -> list[Listed | None]:
            return [*await self._listed(me, standings)]

        listing = self.conversations.listing(self.db, me, unread=unread).dressed(dress)
        return await self.pager.page(token, size, f"conversations/{me}/{unread}", listing, weigh=_weigh)

    async def get(self, me: UserId, conversation_id: ConversationId) -> Listed:
        """One conversation; raises ConversationNotFound for who is not in it."""
        standing = await self.conversations.standing(self.db, me, conversation_id)
        if standing is None:
            raise ConversationNotFound(conversation_id)
        return (await self._listed(me, [standing]))[0]

    async def mute(self, me: UserId, conversation_id: ConversationId, until: datetime | None) -> Listed:
        """Tell the caller nothing of a conversation until a time, or without end; raises ConversationNotFound."""
        return await self._mute(me, conversation_id, until or WITHOUT_END)

    async def unmute(self, me: UserId, conversation_id: ConversationId) -> Listed:
        """End a mute; raises ConversationNotFound."""
        return await self._mute(me, conversation_id, None)

    async def _mute(self, me: UserId, conversation_id: ConversationId, until: datetime | None) -> Listed:
        if not await self.conversations.mute(self.db, me, conversation_id, until):
            raise ConversationNotFound(conversation_id)
        return await self.get(me, conversation_id)

    async def _open(self, me: UserId, pair: Pair) -> tuple[Conversation, bool]:
        async def work(tx: Transaction) -> tuple[Conversation, bool]:
            conversation = Conversation.direct(ConversationId(uuid7()), pair, self.clock.now())
            if not await self.conversations.claim(tx, pair, conversation.id):
                return await self._existing(tx, pair), False
            await self._add(tx, conversation, me)
            return conversation, True

        return await self.db.transact(work)

    async def _existing(self, tx: Transaction, pair: Pair) -> Conversation:
        conversation_id = await self.conversations.find_direct(tx, pair)
        found = await self.conversations.find(tx, conversation_id) if conversation_id else None
        if found is None:
            raise ConversationNotFound(conversation_id or ConversationId(uuid7()))
        return found

    async def _add(self, tx: Transaction, conversation: Conversation, creator: UserId) -> None:
        await self.conversations.add(tx, conversation)
        publish(tx, ConversationOpened(conversation, creator), by=creator)

    async def _listed(self, me: UserId, standings: Sequence[Standing]) -> list[Listed]:
        places = [(s.conversation.id, s.last_sequence) for s in standings if s.last_sequence]
        last = await self.messages.at(self.db, me, places) if places else {}
        return [Listed(s, last.get((s.conversation.id, s.last_sequence))) for s in standings]


def _weigh(listed: Listed) -> int:
    return len(listed.last_message.content.encode()) if listed.last_message else 0
