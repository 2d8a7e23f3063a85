"""How posts are ranked: one function for the feed that is built and for the post that is added to one.

A score is a time in seconds since the epoch, moved forward by what speaks for the post, so it never has to be computed
anew only because time goes by (the idea of Reddit's "hot" order, A. Salihefendic, "How Reddit ranking algorithms work",
2015). What moves it by how much is a configuration with a version.
"""

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self

from svc_feed.domain.ids import PostId, UserId

_FEW = 10.0
"""Answers that are no news."""

AFFINITY_FULL = 20
"""Reactions to an author's posts of the last weeks that count as answering always: a frequency of 1."""

OFTEN = AFFINITY_FULL // 4
"""As many make "you often answer them" true."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What a score is made of: seconds since the epoch, counts, and the reader's recent reactions to the author."""

    published_at: float
    likes: int = 0
    comments: int = 0
    shares: int = 0
    affinity: int = 0


class Candidate(NamedTuple):
    """A post that may enter a feed, with what its score is made of."""

    author_id: UserId
    post_id: PostId
    signals: Signals


class Term(NamedTuple):
    """One addend of a score: the measured value times its weight."""

    name: str
    value: float
    weight: float

    @property
    def contribution(self) -> float:
        """Seconds."""
        return self.value * self.weight


class Growth(StrEnum):
    """How answers add up."""

    LINEAR = "linear"
    LOG2 = "log2"


@dataclass(frozen=True, slots=True)
class Scoring:
    """A configuration of the ranking; weights are seconds of freshness.

    `version` is part of every key that holds scores, so that two scales never meet in one feed: a changed weight is a
    new version. With Growth.LINEAR each like, comment and share is worth its weight. With Growth.LOG2 they are counted
    by their weights, and each doubling of the count is worth `doubling`. `affinity` is what an author whom the reader
    always answers is worth. `see_less` is what the second pass takes from what the reader wants to see less of,
    `fatigue` what it takes for each post more than a few in a row that the reader passed over.
    """

    version: str
    growth: Growth
    likes: float
    comments: float
    shares: float
    affinity: float
    doubling: float = 0.0
    see_less: float = 7 * 86_400.0
    fatigue: float = 0.0

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """A configuration as a file says it, by the names of the fields; raises ValueError."""
        names = {field.name: field.default for field in fields(cls)}
        if unknown := sorted(document.keys() - names.keys()):
            raise ValueError(f"a ranking has no {', '.join(unknown)}: it has {', '.join(names)}")
        if missing := [name for name, default in names.items() if default is MISSING and name not in document]:
            raise ValueError(f"the ranking lacks {', '.join(missing)}")
        weights = {name: document[name] for name in names if name in document and name not in {"version", "growth"}}
        for name, weight in weights.items():
            if isinstance(weight, bool) or not isinstance(weight, int | float) or not math.isfinite(weight):
                raise ValueError(f"{name} is no number of seconds: {weight!r}")
        return cls(str(document["version"]), Growth(document["growth"]), **weights)

    def terms(self, signals: Signals) -> tuple[Term, ...]:
        """The addends of a score, in the order in which `score` adds them."""
        frequency = min(signals.affinity, AFFINITY_FULL) / AFFINITY_FULL
        return (
            Term("recency", signals.published_at, 1.0),
            *self._answers(signals),
            Term("affinity", frequency, self.affinity),
        )

    def score(self, signals: Signals) -> float:
        """The rank of a post for one reader; greater comes first."""
        return sum(term.contribution for term in self.terms(signals))

    def stage(self, gain: float) -> int:
        """How far a post has come, `gain` being its score less the time it was published at.

        Each stage is four times as many answers; the first of them is reached by some thirty likes.
        """
        if self.growth is Growth.LOG2:
            return int(gain / (2 * self.doubling)) if gain > 0 else 0
        return int(math.log(1.0 + gain / (_FEW * self.likes), 4)) if gain > 0 else 0

    def _answers(self, signals: Signals) -> tuple[Term, ...]:
        counted = (
            Term("likes", signals.likes, self.likes),
            Term("comments", signals.comments, self.comments),
            Term("shares", signals.shares, self.shares),
        )
        if self.growth is Growth.LINEAR:
            return counted
        weighed = sum(term.contribution for term in counted)
        return (Term("engagement", math.log2(1.0 + weighed), self.doubling),)


LOGARITHMIC: Final = Scoring(
    "1", Growth.LOG2, likes=1.0, comments=2.0, shares=3.0, affinity=6 * 3_600.0, doubling=3_600.0
)
"""The second thousand of likes lifts a post as much as the second: nobody's feed is what all the world answers."""

LINEAR: Final = Scoring("2", Growth.LINEAR, likes=100.0, comments=200.0, shares=0.0, affinity=10_000.0)
"""Seconds + likes * 100 + comments * 200 + how often the reader answers the author * 10,000."""

RESTED: Final = replace(LINEAR, version="3", fatigue=3_600.0)
"""The same terms; in the second pass those whom the reader passes over again and again sink, by an hour each time."""

DEFAULT: Final = RESTED

SCORINGS: Final[Mapping[str, Scoring]] = {scoring.version: scoring for scoring in (LOGARITHMIC, LINEAR, RESTED)}
"""Every configuration there is, by its version: one that was in use is never changed, only followed by another."""
