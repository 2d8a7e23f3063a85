"""A message: one numbered entry of a conversation, whose text can be taken away, and nothing else of it changed."""

from dataclasses import dataclass
from datetime import datetime

from mesh.errors import NotFound, PermissionDenied
from svc_messaging.domain.conversation import Conversation
from svc_messaging.domain.ids import ConversationId, MessageId, StreamId, UserId


class MessageNotFound(NotFound):
    """The conversation has no such message."""

    reason = "MESSAGE_NOT_FOUND"

    def __init__(self, message_id: MessageId) -> None:
        super().__init__(f"message {message_id} does not exist", metadata={"messageId": str(message_id)})


class NotTheSender(PermissionDenied):
    """Only its sender may delete a message."""

    reason = "NOT_THE_SENDER"


@dataclass(frozen=True, slots=True)
class Message:
    """A stored message."""

    id: MessageId
    conversation_id: ConversationId
    sender_id: UserId
    sequence: int
    client_message_id: str
    content: str
    created_at: datetime
    deleted: bool = False
    removed: bool = False
    """Whether moderation took it down: it may be shown again."""
    hidden: bool = False
    """Whether its reader is shown nothing but its place: a block lies between them and the sender."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What somebody wants to send, to a member or into a conversation; `origin` is the stream it came by."""

    target: UserId | ConversationId
    to_member: bool
    client_message_id: str
    content: str
    origin: StreamId | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A message on its way into the store; `origin` is the stream it came by, which gets an ack instead of a copy."""

    id: MessageId
    conversation: Conversation
    sender_id: UserId
    client_message_id: str
    content: str
    origin: StreamId | None = None
    hidden_from: frozenset[UserId] = frozenset()
    """Those among several others who get its place only."""

    @property
    def key(self) -> "DraftKey":
        """What makes it the same message when it is sent again."""
        return self.conversation.id, self.sender_id, self.client_message_id


DraftKey = tuple[ConversationId, UserId, str]


@dataclass(frozen=True, slots=True)
class Sent:
    """The answer to a send; `duplicate` when an earlier send had stored the message."""

    message: Message
    duplicate: bool
