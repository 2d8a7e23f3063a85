"""An edit of a post: what it said before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from svc_feed.domain.differences import Part
from svc_feed.domain.post import REVISED, Post

KEPT_REVISIONS = 100
"""Edits of a post that are kept, the latest."""
TOLD_EVERY = timedelta(hours=1)
"""Those who answered a post are told of one edit in so long: the history they are led to shows the others too."""
MOST_TOLD = 1_000
"""Of those who reacted, and of those who commented: the latest of each are told."""


class Rewritten(NamedTuple):
    """A text before and after."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Revision:
    """What an edit replaced, None where it did not change; media are not kept, as nobody may be shown them any more."""

    revision: int
    edited_at: datetime
    changed: tuple[str, ...]
    title: str | None = None
    content: str | None = None

    @classmethod
    def of(cls, before: Post, after: Post) -> Self | None:
        """What an edit replaced; None for one that left what the post says as it was."""
        changed = tuple(name for name in after.changed_since(before) if name in REVISED)
        if not changed:
            return None
        return cls(
            after.revision,
            after.updated_at,
            changed,
            before.title if "title" in changed else None,
            before.content if "content" in changed else None,
        )


class Edit(NamedTuple):
    """An edit as it is stored, with what followed; None for texts that did not change."""

    revision: int
    edited_at: datetime
    changed: tuple[str, ...]
    title: Rewritten | None
    content: Rewritten | None


class ShownEdit(NamedTuple):
    """An edit with what it changed, word by word."""

    edit: Edit
    title: tuple[Part, ...]
    content: tuple[Part, ...]

    @property
    def size(self) -> int:
        """Bytes of its texts."""
        return sum(len(part.text.encode()) for part in (*self.title, *self.content))
