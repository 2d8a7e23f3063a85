"""How a member opens profiles: a person dozens in a day, at odd moments; a scraper all it is given, like a clock."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise

from svc_profile.domain.canaries import SEVERAL, WITHIN

MOST_PASSES = 3
"""Challenges that each open more, within a day; then only public fields are shown."""

RING = 20
"""Profiles whose moments are looked at together: fewer are regular by chance now and then."""
RING_KEPT = timedelta(hours=1)
STEADY = 0.15
"""Standard deviation of the intervals over their mean, below which nobody sits there.

It is 1 where moments are independent and more for people, whose doings come in bursts (A.-L. Barabási, "The origin of
bursts and heavy tails in human dynamics", Nature 435, 2005); pauses drawn from ±25 % of a mean make 0.14.
"""
_PACE = 1_000
"""Milliseconds from one to the next: what comes faster is a page that fetches all it shows, and counts for the day."""


class Oddity(StrEnum):
    """What a person does not do."""

    CANARIES = "canaries"
    MANY = "many"
    STEADY = "steady"

    @property
    def score(self) -> int:
        """How suspicious it makes a member, of 100."""
        return 90 if self is Oddity.CANARIES else 50


@dataclass(frozen=True, slots=True)
class Looked:
    """Different profiles that a member opened today, the present one among them, and challenges passed for more.

    `steady` is whether the latest were opened like by a clock, `canaries` how many of them nobody has.
    """

    profiles: int
    passes: int = 0
    steady: bool = False
    canaries: int = 0

    def is_within(self, most: int) -> bool:
        """Whether it is no more than `most` a day, and as many again for each challenge."""
        return self.profiles <= most * (1 + self.passes)

    def oddities(self, most: int) -> Mapping[Oddity, str]:
        """What is not done by a person, with the evidence; nothing for a person."""
        seen = dict[Oddity, str]()
        if not self.is_within(most):
            seen[Oddity.MANY] = f"more than {most * (1 + self.passes)} different profiles within a day"
        if self.canaries >= SEVERAL:
            seen[Oddity.CANARIES] = f"{SEVERAL} canaries within {WITHIN.days} days"
        if self.steady:
            seen[Oddity.STEADY] = f"{RING} profiles at intervals that vary by less than {STEADY:.0%}"
        return seen

    @property
    def may_pass(self) -> bool:
        """Whether one more challenge opens more."""
        return self.passes < MOST_PASSES


def is_steady(moments: Sequence[int]) -> bool:
    """Whether `RING` moments in milliseconds, in whatever order, lie like those of a clock."""
    ordered = sorted(moments)
    intervals = [after - before for before, after in pairwise(ordered)]
    if len(intervals) < RING - 1:
        return False
    mean = statistics.fmean(intervals)
    return mean >= _PACE and statistics.pstdev(intervals, mean) < STEADY * mean
