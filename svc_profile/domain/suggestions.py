"""How likely somebody knows somebody, and why they are suggested."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import NamedTuple, Self
from uuid import UUID

from svc_profile.domain.graph.candidates import Likeness
from svc_profile.domain.ids import UserId

MOST = 100
"""Suggestions of one member at a time."""

FEATURES = ("shared", "adamic_adar", "allocation", "cosine", "degree", "company", "school")
_LEAST = 1e-4  # whose logarithm stands for nothing shared


class ReasonKind(Enum):
    """Why somebody is suggested; the names are those of the contract."""

    MUTUAL_CONNECTIONS = 1
    SAME_COMPANY = 2
    SAME_SCHOOL = 3
    CONTACT = 7


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: how many share it where that says something, whom or what it is about, and its name."""

    kind: ReasonKind
    count: int = 0
    subject: UUID | None = None
    name: str = ""


class Fellowship(NamedTuple):
    """What careers have in common: a company or a school, at the same time."""

    company: Reason | None = None
    school: Reason | None = None


STRANGERS = Fellowship()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be suggested, with all reasons; `through` is one of the shared connections."""

    user_id: UserId
    score: float
    likeness: Likeness
    through: UserId | None
    fellowship: Fellowship = STRANGERS
    contact: bool = False

    @classmethod
    def of(cls, user_id: UserId, likeness: Likeness, through: UserId | None) -> Self:
        """By the graph alone."""
        return cls(user_id, current_weights().score(features(likeness, STRANGERS)), likeness, through)

    @property
    def shared(self) -> int:
        """How many connections are shared."""
        return self.likeness.shared

    def in_fellowship(self, fellowship: Fellowship) -> Self:
        """The same with what careers have in common."""
        if fellowship == STRANGERS:
            return self
        return replace(self, score=current_weights().score(features(self.likeness, fellowship)), fellowship=fellowship)

    def in_contacts(self) -> Self:
        """The same where one of the two has the other in an address book."""
        return replace(self, score=self.score + current_weights().contact, contact=True)


def features(likeness: Likeness, fellowship: Fellowship) -> Sequence[float]:
    """What the weights are for, in the order of FEATURES; each grows with its logarithm, the last two are 0 or 1."""
    return (
        math.log1p(likeness.shared),
        math.log(likeness.adamic_adar + _LEAST),
        math.log(likeness.allocation + _LEAST),
        math.log(likeness.cosine + _LEAST),
        math.log1p(likeness.degree),
        float(fellowship.company is not None),
        float(fellowship.school is not None),
    )


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over FEATURES, learnt by `python -m tools.train_suggestions`.

    `contact` is not learnt, since no network of the past says who was in whose address book: it is chosen so that such
    a pair without anything else in common comes behind who shares several connections, and ahead of who shares one.
    """

    version: str
    intercept: float
    weights: Mapping[str, float]
    contact: float

    def score(self, values: Sequence[float]) -> float:
        """The log-odds of a connection."""
        return self.intercept + sum(self.weights[name] * value for name, value in zip(FEATURES, values, strict=True))


@cache
def current_weights() -> Weights:
    """Those that are kept with the code."""
    kept = json.loads(files("svc_profile.domain").joinpath("suggestion_weights.json").read_text(encoding="utf-8"))
    return Weights(kept["version"], kept["intercept"], kept["weights"], kept["contact"])
