"""Store messages: everything that gathers while one commit is on its way shares the next."""

from collections.abc import Sequence

from mesh.clock import Clock
from mesh.data import Database, GroupCommit, Transaction
from svc_messaging.domain.batch import Plan, plan
from svc_messaging.domain.facts import MessageSent
from svc_messaging.domain.message import Draft, Sent
from svc_messaging.domain.notices import MessageNotice, Tell, Telling
from svc_messaging.store.conversations import ConversationRepository
from svc_messaging.store.events import publish
from svc_messaging.store.messages import MessageRepository

MAX_BATCH = 500
MAX_WAITING = 10_000


class CommitMessages:
    """One transaction a batch; a draft that cannot be stored fails alone. Who gets an answer has a durable message.

    One writer only: drafts are numbered in the order they were submitted.
    """

    def __init__(
        self,
        db: Database,
        conversations: ConversationRepository,
        messages: MessageRepository,
        tell: Tell,
        clock: Clock,
    ) -> None:
        self._db = db
        self._conversations = conversations
        self._messages = messages
        self._tell = tell
        self._clock = clock
        self._commits: GroupCommit[Draft, Sent] = GroupCommit(
            self._flush, max_batch=MAX_BATCH, max_waiting=MAX_WAITING, name="messages"
        )
        self._repeats: GroupCommit[Draft, Sent | None] = GroupCommit(
            self._look_up, max_batch=MAX_BATCH, max_waiting=MAX_WAITING, name="repeats"
        )

    async def __call__(self, draft: Draft) -> Sent:
        """The stored message, or the one that an earlier send of the same draft had stored."""
        return await self._commits.submit(draft)

    async def repeated(self, draft: Draft) -> Sent | None:
        """The message that an earlier send of the same draft had stored; answered in the order of the questions."""
        return await self._repeats.submit(draft)

    async def _look_up(self, drafts: Sequence[Draft]) -> Sequence[Sent | None]:
        stored = await self._messages.sent_before(self._db, [draft.key for draft in drafts])
        return [Sent(stored[draft.key], duplicate=True) if draft.key in stored else None for draft in drafts]

    async def _flush(self, drafts: Sequence[Draft]) -> Sequence[Sent | Exception]:
        result = await self._db.transact(lambda tx: self._store(tx, drafts))
        for draft, outcome in zip(drafts, result.outcomes, strict=True):
            # A repeat is told again: who stored it may have died before it told anybody. Streams know what they have.
            if isinstance(outcome, Sent):
                notice = MessageNotice(outcome.message, draft.hidden_from)
                self._tell(Telling(notice, draft.conversation.participants, draft.origin))
        return result.outcomes

    async def _store(self, tx: Transaction, drafts: Sequence[Draft]) -> Plan:
        last = await self._conversations.lock(tx, sorted({draft.conversation.id for draft in drafts}))
        stored = await self._messages.sent_before(tx, [draft.key for draft in drafts])
        now = self._clock.now()
        result = plan(drafts, last, stored, now)
        if result.fresh:
            await self._messages.add(tx, result.fresh)
            await self._conversations.advance(tx, result.sequences, result.unread(), now)
            for draft, message in result.fresh:
                publish(tx, MessageSent(draft, message), by=message.sender_id)
        return result
