"""Members who are open to work: for what, and whom they tell."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID

from mesh.texts import fold
from svc_profile.domain.access import Verdict
from svc_profile.domain.career import Position


class ToldTo(StrEnum):
    """Whom a member tells."""

    RECRUITERS = "recruiters"
    CONNECTIONS = "connections"
    MEMBERS = "members"


@dataclass(frozen=True, slots=True)
class Employer:
    """A company by the id of its page, where it has one, and by its name."""

    company_id: UUID | None
    name: str

    def is_one_of(self, others: Iterable[Self]) -> bool:
        """Whether one of the others may be the same; a doubt counts as yes, for what is told cannot be taken back."""
        return any(
            (self.company_id is not None and self.company_id == other.company_id) or fold(self.name) == fold(other.name)
            for other in others
        )


@dataclass(frozen=True, slots=True)
class OpenToWork:
    """What a member is open for; the salary is for a year, in the smallest unit of its currency."""

    told_to: ToldTo
    occupation_ids: tuple[UUID, ...] = ()
    places: tuple[str, ...] = ()
    workplaces: tuple[str, ...] = ()
    salary: tuple[str, int] | None = None
    excluded: tuple[Employer, ...] = ()

    def told(self, by: Verdict, mine: Iterable[Employer], theirs: Iterable[Employer]) -> Self | None:
        """What of it a viewer is told, who works at `theirs`, by a member who works at `mine`; None for nothing.

        Who is a recruiter is known elsewhere: what is for them is told to no member here.
        """
        if by.is_self:
            return self
        audience = {
            ToldTo.RECRUITERS: False,
            ToldTo.CONNECTIONS: by.connected,
            ToldTo.MEMBERS: True,
        }
        hidden_from = (*mine, *self.excluded)
        if not (by.may_see_full_profile and audience[self.told_to]):
            return None
        if any(one.is_one_of(hidden_from) for one in theirs):
            return None
        return dataclasses.replace(self, excluded=())


def employers(positions: Iterable[Position]) -> list[Employer]:
    """Where somebody works now."""
    return [Employer(one.company_id, one.company_name) for one in positions if one.end is None]
