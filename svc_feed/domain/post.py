"""A post or an article: what its author published, and how often it was answered."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from mesh.errors import FieldViolation, InvalidArgument, NotFound, PermissionDenied
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.visibility import Visibility


class Kind(StrEnum):
    """A short text, or a long one with a title."""

    POST = "post"
    ARTICLE = "article"


MAX_CONTENT = {Kind.POST: 3_000, Kind.ARTICLE: 120_000}
"""Characters."""

EDITABLE = frozenset({"content", "title", "media_ids", "visibility"})


class PostNotFound(NotFound):
    """The post does not exist, is deleted, or the caller may not know of it."""

    reason = "POST_NOT_FOUND"

    def __init__(self, post_id: PostId) -> None:
        super().__init__(f"post {post_id} does not exist", metadata={"postId": str(post_id)})


class NotTheAuthor(PermissionDenied):
    """Only the author may do this; said to those who may see the post."""

    reason = "NOT_THE_AUTHOR"


class MediaNotFound(NotFound):
    """A medium was never uploaded, or by somebody else."""

    reason = "MEDIA_NOT_FOUND"

    def __init__(self, medium: UUID | str) -> None:
        super().__init__(f"medium {medium} was not uploaded by you", metadata={"mediaId": str(medium)})


class FieldNotUpdatable(InvalidArgument):
    """A mask names a field that its author cannot change."""

    reason = "FIELD_NOT_UPDATABLE"


class ContentTooLong(InvalidArgument):
    """The text is longer than its kind allows."""

    reason = "CONTENT_TOO_LONG"


class ContentMissing(InvalidArgument):
    """A post needs a text, an article also a title, and a post has none."""

    reason = "CONTENT_MISSING"


class UserNotFound(NotFound):
    """The member does not exist, has left, or may not be known to the caller."""

    reason = "USER_NOT_FOUND"

    def __init__(self, user_id: UserId) -> None:
        super().__init__(f"user {user_id} does not exist", metadata={"userId": str(user_id)})


@dataclass(frozen=True, slots=True)
class Post:
    """As stored; `updated_at` moves with text, media and visibility, never with the counts."""

    id: PostId
    author_id: UserId
    kind: Kind
    content: str
    visibility: Visibility
    created_at: datetime
    updated_at: datetime
    title: str | None = None
    media_ids: tuple[UUID, ...] = ()
    like_count: int = 0
    comment_count: int = 0
    share_count: int = 0

    def edited(self, changes: Mapping[str, Any], *, by: UserId, at: datetime) -> Self:
        """The post with the fields in `changes` replaced.

        Raises:
            NotTheAuthor: `by` is somebody else.
            FieldNotUpdatable, ContentTooLong, ContentMissing, MediaNotFound: the change is not possible.
        """
        if by != self.author_id:
            raise NotTheAuthor(f"post {self.id} can be changed only by its author")
        for field in sorted(changes.keys() - EDITABLE):
            raise FieldNotUpdatable(f"{field} of a post cannot be updated", metadata={"field": field})
        if changes.get("visibility", self.visibility) is None:
            raise FieldNotUpdatable("a post is always for somebody", metadata={"field": "visibility"})
        after = dataclasses.replace(self, **changes, updated_at=at)
        after.check()
        return after

    def check(self) -> None:
        """Refuse what no post may be; raises ContentMissing, ContentTooLong or MediaNotFound."""
        if not self.content.strip() and not self.media_ids:
            raise ContentMissing(
                "a post needs a text, or media", violations=[FieldViolation("content", "write something")]
            )
        if (self.kind is Kind.ARTICLE) != bool(self.title):
            raise ContentMissing("an article has a title and a post has none")
        if len(self.content) > MAX_CONTENT[self.kind]:
            raise ContentTooLong(f"the text of a {self.kind} has at most {MAX_CONTENT[self.kind]} characters")
        for medium in self.media_ids:
            raise MediaNotFound(medium)
