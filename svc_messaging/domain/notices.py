"""What open streams are told, live: hints about what the store holds, and things nobody stores."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from svc_messaging.domain.ids import ConversationId, StreamId, UserId
from svc_messaging.domain.message import Message


class Receipt(Enum):
    """How far a message came."""

    DELIVERED = "delivered"
    READ = "read"


@dataclass(frozen=True, slots=True)
class MessageNotice:
    """A message was stored."""

    message: Message
    hidden_from: frozenset[UserId] = frozenset()


@dataclass(frozen=True, slots=True)
class ChangeNotice:
    """A message is no longer what it was; `places` are the numbers of the change in the logs of those who have it."""

    message: Message
    places: Mapping[UserId, int]
    hidden_from: frozenset[UserId] = frozenset()


@dataclass(frozen=True, slots=True)
class ReceiptNotice:
    """Somebody got or read messages."""

    conversation_id: ConversationId
    user_id: UserId
    kind: Receipt
    up_to_sequence: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TypingNotice:
    """Somebody is typing."""

    conversation_id: ConversationId
    user_id: UserId


@dataclass(frozen=True, slots=True)
class PresenceNotice:
    """Somebody came or went."""

    user_id: UserId
    online: bool
    last_seen_at: datetime | None


Notice = MessageNotice | ChangeNotice | ReceiptNotice | TypingNotice | PresenceNotice


@dataclass(frozen=True, slots=True)
class Telling:
    """A notice with who is to have it; the stream `origin` knows already."""

    notice: Notice
    recipients: Collection[UserId]
    origin: StreamId | None = None


Tell = Callable[[Telling], None]
"""Hands a telling to every stream of its recipients, on any instance; never blocks, never raises."""
