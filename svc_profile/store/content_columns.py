"""How a row names content, or a member: three columns of a reference, and one of who wrote it."""

from typing import Any

from svc_profile.domain.content import ContentKind, ContentRef
from svc_profile.domain.flags import Subject

SUBJECT = ("user_id", "content_kind", "content_id", "content_parent_id")


def subject_of(row: Any) -> Subject:
    """What a row is about."""
    return Subject(row["user_id"], content_of(row))


def columns_of(subject: Subject) -> dict[str, Any]:
    """The same as columns."""
    return {"user_id": subject.user_id, **columns_of_content(subject.content)}


def content_of(row: Any) -> ContentRef | None:
    """The content that a row names."""
    if row["content_kind"] is None:
        return None
    return ContentRef(ContentKind(row["content_kind"]), row["content_id"], row["content_parent_id"])


def columns_of_content(content: ContentRef | None) -> dict[str, Any]:
    """The same as columns."""
    return {
        "content_kind": content.kind.value if content else None,
        "content_id": content.id if content else None,
        "content_parent_id": content.parent_id if content else None,
    }
