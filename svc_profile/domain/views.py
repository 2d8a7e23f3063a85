"""Who looked at whose profile, and what of it is told."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from svc_profile.domain.ids import UserId
from svc_profile.domain.privacy import ViewerMode

KEEP = timedelta(days=90)
"""How long a look is on the ledger."""
KEEP_APPEARANCES = timedelta(days=8)
"""How long it is known how often a search showed somebody: a week is told."""
FEWEST = 5
"""Viewers a group has to have to be told of: fewer could be guessed by name."""
MOST_GROUPS = 10
DAYS_TOLD = 30


class Look(NamedTuple):
    """A member opened the profile of another; of a day the first counts."""

    viewer: UserId
    owner: UserId
    day: date


@dataclass(frozen=True, slots=True)
class View:
    """A look as the ledger has it: `viewer` for who looked by name, and nobody's for everybody else."""

    owner: UserId
    id: UUID
    viewer: UserId | None
    occupation_id: UUID | None
    surface: str
    at: datetime


def told_as(mode: ViewerMode, *, to: ViewerMode) -> ViewerMode:
    """How much of a viewer somebody is told who looks at others in the mode `to`: no more than they tell themself."""
    order = list(ViewerMode)
    return max(mode, to, key=order.index)


def groups(names: Iterable[tuple[UserId, str]]) -> list[tuple[str, int]]:
    """What at least `FEWEST` different viewers have in common, the commonest first."""
    counted = Counter(name for _, name in set(names))
    common = [(name, viewers) for name, viewers in counted.items() if viewers >= FEWEST]
    return sorted(common, key=lambda one: (-one[1], one[0]))[:MOST_GROUPS]
