"""Reactions of many members to some posts or comments, changed one after another and stored together."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from svc_feed.domain.ids import CommentId, PostId, UserId
from svc_feed.domain.reaction import Reacted, Reaction

Key = TypeVar("Key")
Found = TypeVar("Found")


class PostKey(NamedTuple):
    """A post, found by its author."""

    author: UserId
    post_id: PostId


class CommentKey(NamedTuple):
    """A comment, found by the author of its post."""

    post_author: UserId
    post_id: PostId
    comment_id: CommentId


class Whose(NamedTuple):
    """One member's reaction to a post."""

    post: PostKey
    user_id: UserId


class WhoseOnComment(NamedTuple):
    """One member's reaction to a comment."""

    comment: CommentKey
    user_id: UserId


@dataclass(slots=True)
class Tally(Generic[Key, Found]):
    """What there is, and what is to become of it: `gone` goes before `given` comes."""

    found: dict[Key, Found]
    """What has to be known of each post or comment that there is."""
    counts: dict[Key, int]
    """How many reacted to each by now."""
    reactions: dict[tuple[Key, UserId], Reaction]
    gone: set[tuple[Key, UserId]] = field(default_factory=set[tuple[Key, UserId]])
    given: dict[tuple[Key, UserId], tuple[Reaction, datetime]] = field(
        default_factory=dict[tuple[Key, UserId], tuple[Reaction, datetime]]
    )
    """The time is that of a reaction where there was none."""
    more: dict[Key, Counter[Reaction]] = field(default_factory=dict[Key, Counter[Reaction]])
    """By how much the counts of each kind change."""

    def change(
        self, whose: tuple[Key, UserId], wanted: Reaction | None, at: datetime
    ) -> tuple[Reaction | None, Reacted]:
        """Set a member's reaction, None takes it back; returns the earlier one, and what the member is told."""
        (key, _), previous = whose, self.reactions.get(whose)
        if wanted is None:
            if previous is not None:
                del self.reactions[whose]
                self.given.pop(whose, None)
                self.gone.add(whose)
                self._count(key, previous, -1)
        elif wanted is not previous:
            self.reactions[whose] = wanted
            self.given[whose] = (wanted, at)
            if previous is not None:
                self._count(key, previous, -1)
            self._count(key, wanted, 1)
        return previous, Reacted(self.counts[key], already=previous is not None)

    @property
    def changed(self) -> dict[Key, Counter[Reaction]]:
        """What of `more` there is to store."""
        return {key: more for key, more in self.more.items() if any(more.values())}

    def _count(self, key: Key, kind: Reaction, more: int) -> None:
        self.counts[key] += more
        self.more.setdefault(key, Counter())[kind] += more
