"""How a row names content, or a member: three columns of a reference, and one of who wrote it."""

from typing import Any

from svc_profile.domain.flags import Subject
from svc_profile.store.decisions import content_of

SUBJECT = ("user_id", "content_kind", "content_id", "content_parent_id")


def subject_of(row: Any) -> Subject:
    """What a row is about."""
    content = content_of(row["content_kind"], row["content_id"], row["content_parent_id"])
    return Subject(row["user_id"], content)


def columns_of(subject: Subject) -> dict[str, Any]:
    """The same as columns."""
    content = subject.content
    return {
        "user_id": subject.user_id,
        "content_kind": content.kind.value if content else None,
        "content_id": content.id if content else None,
        "content_parent_id": content.parent_id if content else None,
    }
