"""Tell a stream where its conversations are, and what it missed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mesh.data import Database
from svc_messaging.domain.ids import CHANGES, ConversationId, UserId
from svc_messaging.domain.message import Message
from svc_messaging.store.changes import ChangeRepository
from svc_messaging.store.conversations import ConversationRepository
from svc_messaging.store.messages import MessageRepository

_MAX_FOLLOWED = 200
"""Conversations whose place an open stream knows from the start; older ones are learnt with their next message."""
_PAGE = 200
"""Messages read at once: the replies of some hundred kilobytes."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where a stream begins: after `cursors`, with everything up to `targets` to be replayed.

    `complete` tells that the member has no other conversations. `unknown` are those of the resume that are not theirs.
    `changes` is the number of the last change of older messages.
    """

    cursors: dict[ConversationId, int]
    targets: dict[ConversationId, int]
    complete: bool
    unknown: Sequence[ConversationId]
    changes: int


@dataclass(frozen=True)
class CatchUp:
    """Reads the primary: what was acknowledged is there."""

    db: Database
    conversations: ConversationRepository
    messages: MessageRepository
    changes: ChangeRepository

    async def begin(self, me: UserId, resume: Mapping[ConversationId, int], changes: int | None) -> Beginning:
        """Where a stream begins whose client has everything up to `resume`, and every change up to `changes`."""
        latest = await self.latest(me)
        complete = len(latest) <= _MAX_FOLLOWED  # the log of changes is one of them
        have_of = {**resume, CHANGES: latest[CHANGES] if changes is None else changes}
        missing = [conversation_id for conversation_id in resume if conversation_id not in latest]
        found = await self.conversations.sequences(self.db, me, missing) if missing else {}
        known = latest | found
        targets = {id_: known[id_] for id_, have in have_of.items() if known.get(id_, 0) > have}
        resumed = {id_: min(have, known[id_]) for id_, have in have_of.items() if id_ in known}
        unknown = [id_ for id_ in missing if id_ not in found]
        return Beginning(known | resumed, targets, complete, unknown, latest[CHANGES])

    async def latest(self, me: UserId) -> dict[ConversationId, int]:
        """The last sequence of a member's log of changes, and of each of their liveliest two hundred conversations."""
        last_change = await self.changes.last(self.db, me)
        return {CHANGES: last_change, **await self.conversations.latest_sequences(self.db, me, _MAX_FOLLOWED)}

    async def messages_between(
        self, me: UserId, conversation_id: ConversationId, after: int, up_to: int
    ) -> list[Message]:
        """The next messages of a gap, oldest first; a long gap takes several."""
        return await self.messages.between(self.db, me, conversation_id, after, up_to, size=_PAGE)

    async def changes_between(self, me: UserId, after: int, up_to: int) -> list[tuple[int, Message]]:
        """The next changes of a gap with their numbers, oldest first: each message as it is now."""
        found = await self.changes.between(self.db, me, after, up_to, size=_PAGE)
        now = await self.messages.at(self.db, me, [(one.conversation_id, one.sequence) for one in found])
        return [(one.number, now[one.conversation_id, one.sequence]) for one in found]
