"""Whether others are shown a post."""

from enum import StrEnum


class PostStatus(StrEnum):
    """Where a post is between its author and those it is for."""

    PUBLISHED = "published"
    HELD = "held"
    """Somebody looks at it first: until then its author alone sees it."""
    REMOVED = "removed"
    """Moderation took it down: its author alone sees it."""
    ERASED = "erased"
    """Its author's account is erased: it is an empty place."""
