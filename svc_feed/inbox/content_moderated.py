"""Moderation decided about a piece of content, or undid what it had decided."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from guild.common.v1.content_ref_pb2 import CONTENT_KIND_COMMENT, CONTENT_KIND_POST, ContentRef
from guild.events.v1.trust_pb2 import ContentModerated, ContentRestored
from mesh.contract import moment
from mesh.events import Event
from svc_feed.domain.ids import CommentId, DecisionId, PostId
from svc_feed.usecases.moderation import Moderation


@dataclass(frozen=True)
class OnContentModerated:
    """Takes posts and comments down."""

    moderation: Moderation

    async def __call__(self, event: Event[ContentModerated]) -> None:
        """Take it down."""
        decision = DecisionId(UUID(event.message.decision_id)) if event.message.decision_id else None
        at = moment(event.message.moderated_at)
        await _decide(self.moderation, event.message.content, at, removed=True, decision=decision)


@dataclass(frozen=True)
class OnContentRestored:
    """Shows them again."""

    moderation: Moderation

    async def __call__(self, event: Event[ContentRestored]) -> None:
        """Show it again."""
        await _decide(self.moderation, event.message.content, moment(event.message.restored_at), removed=False)


async def _decide(
    moderation: Moderation, content: ContentRef, at: datetime, *, removed: bool, decision: DecisionId | None = None
) -> None:
    if content.kind == CONTENT_KIND_POST:
        await moderation.post(PostId(UUID(content.id)), removed=removed, at=at, decision=decision)
    elif content.kind == CONTENT_KIND_COMMENT and content.HasField("parent_id"):
        post_id, comment_id = PostId(UUID(content.parent_id)), CommentId(UUID(content.id))
        await moderation.comment(post_id, comment_id, removed=removed, at=at, decision=decision)
