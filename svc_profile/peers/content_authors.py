"""Who wrote content, as the services say that keep it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from guild.common.v1 import content_ref_pb2
from guild.trust.v1 import content_author_service_pb2 as pb
from guild.trust.v1.content_author_service_pb2_grpc import ContentAuthorServiceStub
from mesh.authorship import Authorship, ContentNotFound
from svc_profile.domain.content import ContentKind, ContentRef
from svc_profile.domain.ids import UserId

_KEPT_BY: Mapping[ContentKind, str] = {
    ContentKind.POST: "feed",
    ContentKind.COMMENT: "feed",
    ContentKind.MESSAGE: "messaging",
    ContentKind.JOB: "jobs",
    ContentKind.COMPANY: "jobs",
}


class ContentAuthors:
    """Asks the service that keeps content; nothing is guessed while it does not answer."""

    def __init__(self, channels: Mapping[str, Any]) -> None:
        self._stubs = {name: ContentAuthorServiceStub(channel) for name, channel in channels.items()}

    async def __call__(self, viewer: UserId, content: ContentRef) -> Authorship:
        """The authorship of what the viewer may see; raises ContentNotFound, Unavailable, DeadlineExceeded."""
        if content.kind not in _KEPT_BY:
            raise ContentNotFound(content.id)
        ref = content_ref_pb2.ContentRef(
            kind=content_ref_pb2.ContentKind.Value(f"CONTENT_KIND_{content.kind.name}"),
            id=str(content.id),
            parent_id=str(content.parent_id) if content.parent_id else None,
        )
        request = pb.GetContentAuthorRequest(content=ref, viewer_id=str(viewer))
        reply = await self._stubs[_KEPT_BY[content.kind]].GetContentAuthor(request)
        return Authorship(UserId(UUID(reply.author_id)) if reply.author_id else None, reply.told)
