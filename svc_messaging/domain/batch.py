"""What one batch of sends does to its conversations, decided without a store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from svc_messaging.domain.conversation import ConversationNotFound
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.domain.message import Draft, DraftKey, Message, Sent


@dataclass(slots=True)
class Plan:
    """An outcome for each draft in order, and what has to be written for them."""

    outcomes: list[Sent | Exception] = field(default_factory=list)
    fresh: list[tuple[Draft, Message]] = field(default_factory=list)
    sequences: dict[ConversationId, int] = field(default_factory=dict)
    """The new last sequence of each conversation that gets a message."""

    def unread(self) -> dict[tuple[UserId, ConversationId], int]:
        """How many messages of others each participant gets; 0 for who only wrote."""
        counts: dict[tuple[UserId, ConversationId], int] = {}
        for draft, _ in self.fresh:
            for member in draft.conversation.participants:
                key = (member, draft.conversation.id)
                unread = member != draft.sender_id and member not in draft.hidden_from
                counts[key] = counts.get(key, 0) + unread
        return counts


def plan(
    drafts: Sequence[Draft],
    last_sequences: Mapping[ConversationId, int],
    stored: Mapping[DraftKey, Message],
    at: datetime,
) -> Plan:
    """Number the drafts in their order, answer repeats with the first message, whether it is stored or in this batch.

    `last_sequences` are those of the locked conversations; a draft for any other one fails alone.
    """
    result = Plan()
    known = dict(stored)
    for draft in drafts:
        conversation_id = draft.conversation.id
        if (first := known.get(draft.key)) is not None:
            result.outcomes.append(Sent(first, duplicate=True))
            continue
        last = result.sequences.get(conversation_id, last_sequences.get(conversation_id))
        if last is None or draft.sender_id not in draft.conversation.participants:
            result.outcomes.append(ConversationNotFound(conversation_id))
            continue
        message = Message(
            draft.id, conversation_id, draft.sender_id, last + 1, draft.client_message_id, draft.content, at
        )
        known[draft.key] = message
        result.sequences[conversation_id] = message.sequence
        result.fresh.append((draft, message))
        result.outcomes.append(Sent(message, duplicate=False))
    return result
