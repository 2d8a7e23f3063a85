"""Moderation decided about a job, or undid what it had decided."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from guild.common.v1.content_ref_pb2 import CONTENT_KIND_JOB, ContentRef
from guild.events.v1.trust_pb2 import ContentModerated, ContentRestored
from mesh.contract import moment
from mesh.events import Event
from svc_jobs.domain.ids import JobId
from svc_jobs.usecases.moderation import Moderation


@dataclass(frozen=True)
class OnContentModerated:
    """Takes jobs down."""

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
    if content.kind == CONTENT_KIND_JOB:
        await moderation(JobId(UUID(content.id)), removed=removed, at=at)
