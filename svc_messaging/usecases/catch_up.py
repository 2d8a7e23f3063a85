"""Tell a stream where its conversations are, and what it missed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mesh.data import Database
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.domain.message import Message
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
    """

    cursors: dict[ConversationId, int]
    targets: dict[ConversationId, int]
    complete: bool
    unknown: Sequence[ConversationId]


@dataclass(frozen=True)
class CatchUp:
    """Reads the primary: what was acknowledged is there."""

    db: Database
    conversations: ConversationRepository
    messages: MessageRepository

    async def begin(self, me: UserId, resume: Mapping[ConversationId, int]) -> Beginning:
        """Where a stream begins whose client has everything up to `resume`."""
        latest = await self.latest(me)
        missing = [conversation_id for conversation_id in resume if conversation_id not in latest]
        found = await self.conversations.sequences(self.db, me, missing) if missing else {}
        known = latest | found
        targets = {id_: known[id_] for id_, have in resume.items() if known.get(id_, 0) > have}
        resumed = {id_: min(have, known[id_]) for id_, have in resume.items() if id_ in known}
        unknown = [id_ for id_ in missing if id_ not in found]
        return Beginning(known | resumed, targets, len(latest) < _MAX_FOLLOWED, unknown)

    async def latest(self, me: UserId) -> dict[ConversationId, int]:
        """The last sequence of each of a member's conversations, the liveliest two hundred."""
        return await self.conversations.latest_sequences(self.db, me, _MAX_FOLLOWED)

    async def between(self, conversation_id: ConversationId, after: int, up_to: int) -> list[Message]:
        """The next messages of a gap, oldest first; a long gap takes several."""
        return await self.messages.after(self.db, conversation_id, after, size=_PAGE, up_to=up_to)
