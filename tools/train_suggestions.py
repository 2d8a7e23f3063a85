"""Learn what makes two people connect from a network's own past, and tell how well that finds the rest of it.

`python -m tools.train_suggestions [EDGES] [--write]`: a tenth of all connections is hidden for the test, a tenth of the
rest is what the weights are learnt from. Needs the dependency group `training`.
"""

import argparse
import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

from guildctl.seed import edge_list
from guildctl.seed.worlds import World, around, invent
from svc_profile.domain.graph import Look, Node, Sight
from svc_profile.domain.graph.candidates import Likeness, likeliest
from svc_profile.domain.suggestions import (
    FEATURES,
    STRANGERS,
    Fellowship,
    Reason,
    ReasonKind,
    Weights,
    current_weights,
    features,
)

KEPT = Path(__file__).parents[1] / "svc_profile" / "domain" / "suggestion_weights.json"
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_HIDDEN = 0.1
_NEGATIVES = 10
_TOP = 20
Pair = tuple[int, int]


@dataclass(frozen=True)
class Past:
    """The connections that are known; careers where the network has any."""

    nodes: Mapping[int, Node]
    world: World
    careers: bool

    @classmethod
    def of(cls, world: World, pairs: Sequence[Pair], *, careers: bool) -> "Past":
        """The past in which these pairs are connected, and no others."""
        friends: dict[int, list[int]] = {person.number: [] for person in world.people}
        for one, other in pairs:
            friends[one].append(other)
            friends[other].append(one)
        nodes = {who: Node(array("I", sorted(theirs)).tobytes()) for who, theirs in friends.items()}
        return cls(nodes, world, careers)

    def likeliest(self, me: int) -> list[Likeness]:
        """Whom somebody may know, in the order of numbers."""
        found = likeliest(Sight(Look(self.nodes.get), me, _NOW))
        return sorted(found, key=lambda one: one.number)

    def fellowship(self, one: int, other: int) -> Fellowship:
        """What two have in common, by the truth about them."""
        if not self.careers:
            return STRANGERS
        a, b = self.world.people[one], self.world.people[other]
        company = Reason(ReasonKind.SAME_COMPANY) if a.firm == b.firm else None
        together = a.school == b.school and abs(a.graduated - b.graduated) < 4
        return Fellowship(company, Reason(ReasonKind.SAME_SCHOOL) if together else None)

    def values(self, me: int, likeness: Likeness) -> Sequence[float]:
        """What the weights are for."""
        return features(likeness, self.fellowship(me, likeness.number))


def split(pairs: Sequence[Pair], draw: Random) -> tuple[list[Pair], list[Pair]]:
    """Pairs that stay known, and pairs that are hidden."""
    hidden = set(draw.sample(range(len(pairs)), int(len(pairs) * _HIDDEN)))
    return [pair for at, pair in enumerate(pairs) if at not in hidden], [pairs[at] for at in sorted(hidden)]


def by_member(pairs: Sequence[Pair]) -> dict[int, set[int]]:
    """Both ends of pairs."""
    found: dict[int, set[int]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


def learn(past: Past, hidden: Sequence[Pair], draw: Random, version: str) -> Weights:
    """Weights by which the hidden connections of a past are told from what could have been."""
    regression: Any = import_module("sklearn.linear_model")
    rows, labels = list[Sequence[float]](), list[int]()
    for me, theirs in by_member(hidden).items():
        candidates = past.likeliest(me)
        others = [one for one in candidates if one.number not in theirs]
        for one in candidates:
            if one.number in theirs:
                rows.append(past.values(me, one))
                labels.append(1)
        for one in draw.sample(others, min(len(others), _NEGATIVES * len(theirs))):
            rows.append(past.values(me, one))
            labels.append(0)
    model: Any = regression.LogisticRegression(max_iter=5_000)
    model.fit(rows, labels)
    weights = {name: round(float(weight), 4) for name, weight in zip(FEATURES, model.coef_[0], strict=True)}
    return Weights(version, round(float(model.intercept_[0]), 4), weights, current_weights().contact)


def judge(past: Past, hidden: Sequence[Pair], weights: Weights | None) -> tuple[float, float]:
    """The share of hidden connections among the first 20, and the mean reciprocal rank of the first of each member.

    Without weights candidates are ranked by how many connections they share.
    """
    hits, total, ranks = 0, 0, list[float]()
    for me, theirs in by_member(hidden).items():
        found = past.likeliest(me)

        def score(one: Likeness, me: int = me) -> float:
            return one.shared if weights is None else weights.score(past.values(me, one))

        order = [one.number for one in sorted(found, key=score, reverse=True)]
        hits += len(theirs & set(order[:_TOP]))
        total += len(theirs)
        ranks.append(next((1 / rank for rank, one in enumerate(order, start=1) if one in theirs), 0.0))
    return hits / total, sum(ranks) / len(ranks)


@dataclass(frozen=True)
class Outcome:
    """What was learnt, and hits@20 and MRR of it and of counting shared connections."""

    weights: Weights
    learnt: tuple[float, float]
    counted: tuple[float, float]


def train(world: World, seed: int, *, careers: bool) -> Outcome:
    """Learn from the past of a network, and judge by what came after it."""
    draw = Random(seed)
    known, test = split(list(world.graph.edges), draw)
    before, learnt_from = split(known, draw)
    weights = learn(Past.of(world, before, careers=careers), learnt_from, draw, f"{world.name}/{seed}")
    now = Past.of(world, known, careers=careers)
    return Outcome(weights, judge(now, test, weights), judge(now, test, None))


def main() -> None:
    """Train, tell, and keep the weights where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("edges", nargs="?", type=Path, help="one `a b` a line; an invented network without")
    parser.add_argument("--people", type=int, default=2_000, help="of the invented network")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"keep the weights in {KEPT.name}")
    asked = parser.parse_args()
    world = around(edge_list.read(asked.edges), asked.seed) if asked.edges else invent(asked.people, asked.seed)
    outcome = train(world, asked.seed, careers=asked.edges is None)
    for name, (hits, rank) in (("learnt", outcome.learnt), ("shared connections", outcome.counted)):
        print(f"{name}: hits@{_TOP} {hits:.4f}, MRR {rank:.4f}")
    print(f"ratio of hits: {outcome.learnt[0] / outcome.counted[0]:.2f}\n{outcome.weights}")
    if asked.write:
        kept = {"version": outcome.weights.version, "intercept": outcome.weights.intercept}
        kept["contact"] = outcome.weights.contact
        KEPT.write_text(json.dumps(kept | {"weights": outcome.weights.weights}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
