"""Reactions of many members to some posts, changed one after another and stored together."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from svc_feed.domain.ids import ListId, PostId, UserId
from svc_feed.domain.reaction import Reacted, Reaction
from svc_feed.domain.visibility import Visibility


class PostKey(NamedTuple):
    """A post, found by its author."""

    author: UserId
    post_id: PostId


class Whose(NamedTuple):
    """One member's reaction to a post."""

    post: PostKey
    user_id: UserId


@dataclass(slots=True)
class Tally:
    """What there is, and what is to become of it: `gone` goes before `given` comes."""

    audiences: dict[PostKey, tuple[Visibility, ListId | None]]
    """Whom each post that there is was written for."""
    likes: dict[PostKey, int]
    reactions: dict[Whose, Reaction]
    gone: set[Whose] = field(default_factory=set[Whose])
    given: dict[Whose, tuple[Reaction, datetime]] = field(default_factory=dict[Whose, tuple[Reaction, datetime]])
    """The time is that of a reaction where there was none."""
    more: dict[PostKey, Counter[Reaction]] = field(default_factory=dict[PostKey, Counter[Reaction]])
    """By how much the counts of each kind change."""

    def change(self, whose: Whose, wanted: Reaction | None, at: datetime) -> tuple[Reaction | None, Reacted]:
        """Set a member's reaction, None takes it back; returns the earlier one, and what the member is told."""
        previous = self.reactions.get(whose)
        if wanted is None:
            if previous is not None:
                del self.reactions[whose]
                self.given.pop(whose, None)
                self.gone.add(whose)
                self._count(whose.post, previous, -1)
        elif wanted is not previous:
            self.reactions[whose] = wanted
            self.given[whose] = (wanted, at)
            if previous is not None:
                self._count(whose.post, previous, -1)
            self._count(whose.post, wanted, 1)
        return previous, Reacted(self.likes[whose.post], already=previous is not None)

    def _count(self, post: PostKey, kind: Reaction, more: int) -> None:
        self.likes[post] += more
        self.more.setdefault(post, Counter())[kind] += more
