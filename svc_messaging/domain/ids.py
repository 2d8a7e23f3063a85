"""The identifiers of this service: UUIDv7 under names that types can tell apart."""

from typing import NewType
from uuid import UUID

from mesh.ids import UserId

__all__ = ["CHANGES", "ConversationId", "MessageId", "NotificationId", "StreamId", "UserId"]

ConversationId = NewType("ConversationId", UUID)
MessageId = NewType("MessageId", UUID)
NotificationId = NewType("NotificationId", UUID)
StreamId = NewType("StreamId", UUID)

CHANGES = ConversationId(UUID(int=0))
"""A member's log of changes, which a stream follows by numbers as it follows a conversation."""
