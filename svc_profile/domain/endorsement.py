"""What an endorsement weighs, and rings of members who endorse each other."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from mesh.errors import InvalidArgument
from svc_profile.domain.career import Position, Skill
from svc_profile.domain.ids import UserId

PLAIN = 100
"""The weight of an endorsement by a connection about whom nothing more is known."""
RING_PERCENT = 10
"""What is left of the weight of an endorsement within a ring."""
RING_WITHIN = timedelta(days=7)
"""Endorsements of a ring are given in one burst; those of people who worked together are spread over years."""
RING_SCORE = 40
"""How suspicious a ring makes who closed it, of 100: as much as one pattern of invitations."""
_SHOWN = 20  # members that the evidence names
_KNOWS_IT = 50  # added where the endorser has the skill, and as much as its strength besides
_COLLEAGUES_PERCENT = 150

Edge: TypeAlias = tuple[UserId, UserId]
"""An endorser, and whose skill they endorse."""


class CannotEndorseSelf(InvalidArgument):
    """Nobody endorses their own skills."""

    reason = "CANNOT_ENDORSE_SELF"


@dataclass(frozen=True, slots=True)
class Endorsement:
    """One member's word for a skill of another."""

    endorser: UserId
    created_at: datetime
    weight: int


def weigh(skill: Skill, endorsers_skills: Iterable[Skill], *, colleagues: bool) -> int:
    """The weight of an endorsement: more by who has the skill, the more so the stronger, and by a colleague."""
    own = next((one for one in endorsers_skills if one.is_same(skill)), None)
    weight = PLAIN + (_KNOWS_IT + own.strength if own else 0)
    return weight * _COLLEAGUES_PERCENT // 100 if colleagues else weight


def were_colleagues(ones: Sequence[Position], others: Sequence[Position]) -> bool:
    """Whether two members worked at the same company at the same time."""
    return any(one.overlaps(other) for one in ones for other in others)


def ring(edges: Collection[Edge], one: UserId, other: UserId) -> tuple[UserId, ...]:
    """The members of a ring with these two in it, in the order of their ids; none where there is no ring.

    A ring are three or more of whom each endorses each other. It is grown greedily from the two, in the order of ids:
    some ring is found wherever there is one, not always the largest.
    """
    given = set(edges)

    def mutual(a: UserId, b: UserId) -> bool:
        return (a, b) in given and (b, a) in given

    if not mutual(one, other):
        return ()
    members = [one, other]
    for candidate in sorted({member for edge in given for member in edge} - {one, other}):
        if all(mutual(candidate, member) for member in members):
            members.append(candidate)
    return tuple(sorted(members)) if len(members) > 2 else ()  # noqa: PLR2004 - two who endorse each other are friends


def evidence_of(members: Sequence[UserId]) -> str:
    """What a ring shows to who looks at it; the same members make the same line."""
    named = ", ".join(map(str, members[:_SHOWN]))
    return f"a ring of {len(members)} members who endorse each other: {named}"
