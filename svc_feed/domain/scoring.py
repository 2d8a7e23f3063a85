"""How posts are ranked: one function for the feed that is built and for the post that is added to one.

A score is a time in seconds since the epoch, moved forward by what speaks for the post, so it never has to be computed
anew only because time goes by (the idea of Reddit's "hot" order, A. Salihefendic, "How Reddit ranking algorithms work",
2015).
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

SCORING_VERSION = 1
"""Part of every key that holds scores: raise it with any change below, so that two scales never meet in one feed."""

ENGAGEMENT_SECONDS = 3_600.0
"""Each doubling of the answers is worth an hour of freshness."""

AFFINITY_SECONDS = 6 * 3_600.0
"""What a member who always answers an author sees of that author ranks as if it were this much newer."""

AFFINITY_FULL = 20
"""Reactions to an author's posts of the last weeks that count as "always"."""

COMMENT_WEIGHT = 2.0
SHARE_WEIGHT = 3.0


@dataclass(frozen=True, slots=True)
class Signals:
    """What a score is made of: seconds since the epoch, counts, and the reader's recent reactions to the author."""

    published_at: float
    likes: int = 0
    comments: int = 0
    shares: int = 0
    affinity: int = 0


class Term(NamedTuple):
    """One addend of a score: the measured value times its weight."""

    name: str
    value: float
    weight: float

    @property
    def contribution(self) -> float:
        """Seconds."""
        return self.value * self.weight


def terms(signals: Signals) -> tuple[Term, ...]:
    """The addends of a score, in the order in which `score` adds them."""
    answers = signals.likes + COMMENT_WEIGHT * signals.comments + SHARE_WEIGHT * signals.shares
    return (
        Term("recency", signals.published_at, 1.0),
        Term("engagement", math.log2(1.0 + answers), ENGAGEMENT_SECONDS),
        Term("affinity", min(signals.affinity, AFFINITY_FULL) / AFFINITY_FULL, AFFINITY_SECONDS),
    )


def score(signals: Signals) -> float:
    """The rank of a post for one reader; greater comes first."""
    return sum(term.contribution for term in terms(signals))
