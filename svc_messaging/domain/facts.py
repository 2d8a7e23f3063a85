"""What happened, as the other services hear of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from svc_messaging.domain.conversation import Conversation
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.domain.message import Draft, Message


@dataclass(frozen=True, slots=True)
class ConversationOpened:
    """There is a new conversation."""

    conversation: Conversation
    creator: UserId


@dataclass(frozen=True, slots=True)
class MessageSent:
    """A message is stored; those it is hidden from do not hear of it."""

    draft: Draft
    message: Message


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """Its sender took a message's text away."""

    conversation: Conversation
    message: Message
    at: datetime


@dataclass(frozen=True, slots=True)
class ConversationRead:
    """A member read a conversation up to a message."""

    conversation_id: ConversationId
    reader: UserId
    up_to: int
    at: datetime


Fact: TypeAlias = ConversationOpened | MessageSent | MessageDeleted | ConversationRead
