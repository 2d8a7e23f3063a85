"""The ContentAuthorService of the contract, which every service serves for the content that it keeps."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from guild.common.v1.content_ref_pb2 import ContentKind
from guild.trust.v1 import content_author_service_pb2 as pb
from guild.trust.v1.content_author_service_pb2_grpc import (
    ContentAuthorServiceServicer,
    add_ContentAuthorServiceServicer_to_server,
)
from mesh.errors import NotFound
from mesh.ids import UserId


class ContentNotFound(NotFound):
    """There is no such content, the member may not see it, or somebody else wrote it than is said: all the same."""

    reason = "CONTENT_NOT_FOUND"

    def __init__(self, content_id: UUID | str) -> None:
        super().__init__(f"content {content_id} does not exist", metadata={"contentId": str(content_id)})


class Authorship(NamedTuple):
    """Who wrote something, None where nobody is left who did; `told` where those who see it see the author too."""

    author: UserId | None
    told: bool = True


AuthorOf = Callable[[UserId, UUID, UUID | None], Awaitable[Authorship]]
"""The authorship of content that a viewer may see, by its id and its parent's; raises NotFound."""


@dataclass(frozen=True)
class ContentAuthorServicer(ContentAuthorServiceServicer):
    """Unpack, ask, pack; whatever is not found is told in the same words."""

    authors: "Mapping[ContentKind.ValueType, AuthorOf]"

    async def GetContentAuthor(self, request: pb.GetContentAuthorRequest, context: Any) -> pb.GetContentAuthorResponse:
        """Say who wrote content."""
        content = request.content
        author_of = self.authors.get(content.kind)
        if author_of is None:
            raise ContentNotFound(content.id)
        parent = UUID(content.parent_id) if content.parent_id else None
        try:
            found = await author_of(UserId(UUID(request.viewer_id)), UUID(content.id), parent)
        except NotFound:
            raise ContentNotFound(content.id) from None
        return pb.GetContentAuthorResponse(author_id=str(found.author or ""), told=found.told)


def content_authors(authors: "Mapping[ContentKind.ValueType, AuthorOf]") -> tuple[Any, ContentAuthorServicer]:
    """What a service adds to its servicers."""
    return add_ContentAuthorServiceServicer_to_server, ContentAuthorServicer(authors)
