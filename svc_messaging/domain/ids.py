"""The identifiers of this service: UUIDv7 under names that types can tell apart."""

from typing import NewType
from uuid import UUID

UserId = NewType("UserId", UUID)
ConversationId = NewType("ConversationId", UUID)
MessageId = NewType("MessageId", UUID)
NotificationId = NewType("NotificationId", UUID)
StreamId = NewType("StreamId", UUID)
