"""How an author's posts reach feeds: written into them, or merged when they are read; whichever costs less.

A post that is written costs a look for each follower and a write for each whose feed is warm. One that is merged costs
each read of a warm feed a look into the author's latest posts. Followers are on both sides of the comparison: what
decides is how often the author posts, how many of the feeds are warm, and how often those are read.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Self

LOOK, WRITE, MERGE = 4.0, 25.0, 60.0
"""Microseconds of all processes: to stream a follower and ask for their feed, to score a post for it and add it, and to
ask for an author's latest posts in a read. Only their ratios count."""

TO_MERGE, TO_WRITE = 2.0, 1.0
"""How many times what merging costs writing has to cost before an author is merged, and down to which before they are
written again: between the two all stays as it is, so that nobody goes to and fro."""

STAY = timedelta(hours=1)
"""How long an author is merged at least, and how old a measure of one who is may be."""

MEASURED = timedelta(days=7)
"""Over how long the posts of an author are counted."""

FEW_READS = 1.0
"""Reads of a warm feed a day while nobody has counted any."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an author reaches: followers, the part of their feeds that is warm, and posts and reads of a feed a day."""

    followers: int
    warm: float
    posts_per_day: float
    reads_per_day: float
    measured_at: datetime

    @property
    def writing(self) -> float:
        """What a day of posts costs that are written into feeds; microseconds."""
        return self.followers * self.posts_per_day * (LOOK + self.warm * WRITE)

    @property
    def merging(self) -> float:
        """What a day of reads costs that merge them; microseconds."""
        return self.followers * self.warm * self.reads_per_day * MERGE

    def is_merged(self, *, before: bool) -> bool:
        """Whether the author's posts are merged from now on, where they were, or were not, `before`."""
        return self.writing > self.merging * (TO_WRITE if before else TO_MERGE)


class Progress(NamedTuple):
    """How far a post came on its way to its author's followers: those behind the cursor are still to come."""

    cursor: str = ""
    met: int = 0
    warm: int = 0

    def after(self, cursor: str, met: int, warm: int) -> Self:
        """How far it is with some more."""
        return self._replace(cursor=cursor, met=self.met + met, warm=self.warm + warm)
