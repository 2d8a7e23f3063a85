"""Moderation decided about a message, or undid what it had decided."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from guild.common.v1.content_ref_pb2 import CONTENT_KIND_MESSAGE, ContentRef
from guild.events.v1.trust_pb2 import ContentModerated, ContentRestored
from mesh.contract import moment
from mesh.events import Event
from svc_messaging.domain.ids import ConversationId, MessageId
from svc_messaging.usecases.moderation import Moderation


@dataclass(frozen=True)
class OnContentModerated:
    """Takes messages down."""

    moderation: Moderation

    async def __call__(self, event: Event[ContentModerated]) -> None:
        """Take it down."""
        await _decide(self.moderation, event.message.content, moment(event.message.moderated_at), removed=True)


@dataclass(frozen=True)
class OnContentRestored:
    """Shows them again."""

    moderation: Moderation

    async def __call__(self, event: Event[ContentRestored]) -> None:
        """Show it again."""
        await _decide(self.moderation, event.message.content, moment(event.message.restored_at), removed=False)


async def _decide(moderation: Moderation, content: ContentRef, at: datetime, *, removed: bool) -> None:
    if content.kind == CONTENT_KIND_MESSAGE and content.HasField("parent_id"):
        conversation_id, message_id = ConversationId(UUID(content.parent_id)), MessageId(UUID(content.id))
        await moderation(conversation_id, message_id, removed=removed, at=at)
