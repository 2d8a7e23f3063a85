"""What a search for jobs asks and answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Filters:
    """What the jobs found must match; None or empty asks for nothing, several values for any of them.

    `salary_min` is in minor units.
    """

    q: str = ""
    location: tuple[str, ...] = ()
    experience_level: tuple[int, ...] = ()
    remote: bool | None = None
    salary_min: int | None = None
    salary_currency: str | None = None
    company_id: tuple[UUID, ...] = ()
    employment_type: tuple[int, ...] = ()
    skills: tuple[str, ...] = ()
    posted_after: datetime | None = None


Facets = Mapping[str, Mapping[str, int]]
"""Field → value → how many of the jobs found have it."""
