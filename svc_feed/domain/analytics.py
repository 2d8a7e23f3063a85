"""What came of posts, day by day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from svc_feed.domain.audience import FEWEST, size_of_audience, together
from svc_feed.domain.ids import PostId, UserId

DAYS = 28
"""How far back is told where nobody says how far."""

KEEP = timedelta(days=400)
"""How long it is known how many saw something on a day, or came to follow its author."""


class Viewed(NamedTuple):
    """What is counted on a day: views of a post, or of all posts of an author where `post_id` is None."""

    author_id: UserId
    post_id: PostId | None
    day: datetime


@dataclass(frozen=True, slots=True)
class Views:
    """How often something was seen, and by whom: registers of an audience."""

    times: int = 0
    audience: bytes = b""

    def __add__(self, other: "Views") -> "Views":
        """Both."""
        return Views(self.times + other.times, together(self.audience, other.audience))


class Answers(NamedTuple):
    """What stands of what members did on a day."""

    reactions: int = 0
    comments: int = 0
    shares: int = 0


class FollowerChange(NamedTuple):
    """How often somebody began to follow an author, and stopped, on a day."""

    gained: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """What may be told of a time: of views nothing where fewer than FEWEST saw it."""

    answers: Answers
    views: int | None = None
    viewers: int | None = None


@dataclass(frozen=True, slots=True)
class Analytics:
    """By day, the oldest first, and together: of the days that tell of views. No followers come to a post."""

    days: Mapping[date, Counts]
    total: Counts
    followers: Mapping[date, FollowerChange] = field(default_factory=dict[date, FollowerChange])


def told(views: Mapping[date, Views], answers: Mapping[date, Answers]) -> Analytics:
    """What may be told of some days."""
    enough = {day: seen for day, seen in views.items() if size_of_audience(seen.audience) >= FEWEST}
    days = {
        day: _counts(answers.get(day, Answers()), enough.get(day)) for day in sorted(answers.keys() | enough.keys())
    }
    sums = Answers(*(map(sum, zip(*answers.values(), strict=True)))) if answers else Answers()
    return Analytics(days, _counts(sums, sum(enough.values(), Views()) if enough else None))


def midnight(at: datetime) -> datetime:
    """When the day of a moment began, in UTC."""
    return datetime.combine(at.astimezone(UTC).date(), time(), UTC)


def _counts(answers: Answers, seen: Views | None) -> Counts:
    if seen is None:
        return Counts(answers)
    return Counts(answers, seen.times, size_of_audience(seen.audience))
