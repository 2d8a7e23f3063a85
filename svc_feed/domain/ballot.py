"""Votes of many members in some polls, changed one after another and stored together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from svc_feed.domain.ids import ListId
from svc_feed.domain.poll import Poll
from svc_feed.domain.tally import PostKey, Whose
from svc_feed.domain.visibility import Visibility


class Asked(NamedTuple):
    """A post as a vote sees it: for whom it is, what it asks, and how often each answer was given."""

    visibility: Visibility
    list_id: ListId | None
    poll: Poll | None
    votes: Sequence[int]


@dataclass(slots=True)
class Ballot:
    """What there is, and what is to become of it: `gone` goes before `given` comes."""

    asked: dict[PostKey, Asked]
    """Each post that there is."""
    chosen: dict[Whose, int]
    """The place of each member's answer."""
    gone: set[Whose] = field(default_factory=set[Whose])
    given: dict[Whose, tuple[int, datetime]] = field(default_factory=dict[Whose, tuple[int, datetime]])
    """The time is that of an answer where there was none."""
    more: dict[PostKey, Counter[int]] = field(default_factory=dict[PostKey, Counter[int]])
    """By how much the counts of each answer change."""

    def vote(self, whose: Whose, option: int | None, at: datetime) -> bool:
        """Set a member's answer, None takes it back; whether that changes anything."""
        before = self.chosen.get(whose)
        if option == before:
            return False
        more = self.more.setdefault(whose.post, Counter())
        if before is not None:
            more[before] -= 1
        if option is None:
            del self.chosen[whose]
            self.given.pop(whose, None)
            self.gone.add(whose)
        else:
            self.chosen[whose] = option
            self.given[whose] = (option, at)
            more[option] += 1
        return True

    def votes(self, post: PostKey) -> list[int]:
        """How often each answer of a poll was given by now."""
        poll, more = self.asked[post].poll, self.more.get(post, Counter[int]())
        stored = Counter(dict(enumerate(self.asked[post].votes)))
        return [stored[n] + more[n] for n in range(len(poll.options) if poll else 0)]
