"""What a member has done and learnt: positions, education, languages, certifications, skills.

All of them are parts of a profile: short lists of entries with ids of their own, which only the member changes.
"""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

from mesh.errors import AlreadyExists, FailedPrecondition, FieldNotUpdatable, NotFound
from mesh.etags import check_etag, etag
from mesh.texts import fold
from svc_profile.domain.periods import PartialDate, check_period, newest_first

MOST_PARTS = 100
"""Entries in one list of a profile: a profile is read whole, so its weight is bounded."""


class ProfileFull(FailedPrecondition):
    """The profile has as many entries of a kind as it may have."""

    reason = "PROFILE_FULL"

    def __init__(self, what: str) -> None:
        super().__init__(f"a profile holds {MOST_PARTS} {what}: remove one first")


class LanguageListed(AlreadyExists):
    """The language is on the profile already."""

    reason = "LANGUAGE_LISTED"


class PartNotFound(NotFound):
    """The caller has no such entry."""

    def __init__(self, what: str, part_id: UUID) -> None:
        super().__init__(f"there is no {what} {part_id} on the profile", metadata={f"{what}Id": str(part_id)})


class SkillNotFound(PartNotFound):
    """The profile has no such skill."""

    reason = "SKILL_NOT_FOUND"


class PositionNotFound(PartNotFound):
    """The caller has no such position."""

    reason = "POSITION_NOT_FOUND"


class EducationNotFound(PartNotFound):
    """The caller has no such studies."""

    reason = "EDUCATION_NOT_FOUND"


class LanguageNotFound(PartNotFound):
    """The caller has no such language."""

    reason = "LANGUAGE_NOT_FOUND"


class CertificationNotFound(PartNotFound):
    """The caller has no such certification."""

    reason = "CERTIFICATION_NOT_FOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(ABC):
    """One entry; fields without a default are needed."""

    FIELD: ClassVar[str]  # of the contract's User
    NAME: ClassVar[str]
    MISSING: ClassVar[type[PartNotFound]]

    id: UUID

    @classmethod
    def drafted(cls, part_id: UUID, values: Mapping[str, Any]) -> Self:
        """A new entry with the values its owner gave."""
        return cls(id=part_id, **_trimmed(values))

    @property
    def etag(self) -> str:
        """Another one for other content."""
        return etag(*(getattr(self, one.name) for one in dataclasses.fields(self)))

    def edited(self, changes: Mapping[str, Any], etag: str = "") -> Self:
        """The entry with the fields in `changes` replaced, None clears one.

        Raises:
            EtagMismatch: the entry is in another state than `etag` names.
            FieldNotUpdatable: one of the fields is none, or cannot be cleared.
        """
        check_etag(etag, self.etag)
        defaults = {one.name: one.default for one in dataclasses.fields(self) if one.name != "id"}
        for name, value in changes.items():
            if name not in defaults:
                raise FieldNotUpdatable(name)
            if value is None and defaults[name] is dataclasses.MISSING:
                raise FieldNotUpdatable(name, "has to have a value")
        texts = {name: defaults[name] if value is None else value for name, value in changes.items()}
        return dataclasses.replace(self, **_trimmed(texts))

    def check(self, beside: Iterable["Part"]) -> None:
        """Refuse what is wrong in itself, or is there already; raises PeriodInvalid, LanguageListed."""
        check_period(*self.period)
        if self.unique and any(other.unique == self.unique for other in beside):
            raise LanguageListed(f"{self.unique!r} is on your profile already: change that entry")

    @property
    def period(self) -> tuple[PartialDate | None, PartialDate | None]:
        """When it began and ended, where it did."""
        return None, None

    @property
    def unique(self) -> str:
        """What no other entry of the list may have; empty for nothing."""
        return ""

    @property
    @abstractmethod
    def place(self) -> tuple[Any, ...]:
        """A key by which a profile sorts the entries."""


@dataclass(frozen=True, slots=True)
class Verification:
    """That a member read mail at a domain; it counts for a time."""

    domain: str
    verified_at: datetime
    expires_at: datetime

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one as it is stored."""
        domain, verified_at, expires_at = text.split()
        return cls(domain, datetime.fromisoformat(verified_at), datetime.fromisoformat(expires_at))

    def __str__(self) -> str:
        return f"{self.domain} {self.verified_at.isoformat()} {self.expires_at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position(Part):
    """One place in a work history."""

    FIELD = "positions"
    NAME = "position"
    MISSING = PositionNotFound

    title: str
    company_name: str
    start: PartialDate
    end: PartialDate | None = None
    company_id: UUID | None = None
    occupation_id: UUID | None = None
    location: str = ""
    description: str = ""
    verification: Verification | None = None

    @property
    def employer(self) -> str:
        """The company as one text; another one for another company."""
        return f"{self.company_id or ''} {fold(self.company_name)}"

    def edited(self, changes: Mapping[str, Any], etag: str = "") -> Self:
        """As of any entry; what verified one company does not verify the next one."""
        if "verification" in changes:
            raise FieldNotUpdatable("verification")
        after = super(Position, self).edited(changes, etag)
        return after if after.employer == self.employer else dataclasses.replace(after, verification=None)

    def at(self, now: datetime) -> Self:
        """The position as it is shown at a moment: with a verification only while it counts."""
        over = self.verification is not None and self.verification.expires_at <= now
        return dataclasses.replace(self, verification=None) if over else self

    @property
    def period(self) -> tuple[PartialDate | None, PartialDate | None]:
        """From its first month to its last."""
        return self.start, self.end

    def overlaps(self, other: "Position") -> bool:
        """Whether both were held at the same company at the same time."""
        same = fold(self.company_name) == fold(other.company_name)
        if self.company_id and other.company_id:
            same = self.company_id == other.company_id
        apart = (self.end and self.end.is_before(other.start)) or (other.end and other.end.is_before(self.start))
        return same and not apart

    @property
    def place(self) -> tuple[Any, ...]:
        """What is held first, then by the end."""
        return (*newest_first(self.start, self.end), -self.id.int)


_COURSE_YEARS = 3
_NEVER = PartialDate(9999)


def _span(start: PartialDate | None, end: PartialDate | None) -> tuple[PartialDate, PartialDate] | None:
    """From when to when a course was; None where nothing is known."""
    if start is None and end is None:
        return None
    first = start or PartialDate(max(0, (end or _NEVER).year - _COURSE_YEARS))
    return first, end or PartialDate(first.year + _COURSE_YEARS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Education(Part):
    """One course of studies."""

    FIELD = "education"
    NAME = "education"
    MISSING = EducationNotFound

    school: str
    degree: str = ""
    field_of_study: str = ""
    start: PartialDate | None = None
    end: PartialDate | None = None
    description: str = ""

    def overlaps(self, other: "Education") -> bool:
        """Whether both were at the same school at the same time; a course without a start took some years."""
        mine, theirs = _span(self.start, self.end), _span(other.start, other.end)
        if fold(self.school) != fold(other.school) or mine is None or theirs is None:
            return False
        return not (mine[1].is_before(theirs[0]) or theirs[1].is_before(mine[0]))

    @property
    def period(self) -> tuple[PartialDate | None, PartialDate | None]:
        """From its first month to its last."""
        return self.start, self.end

    @property
    def place(self) -> tuple[Any, ...]:
        """As positions."""
        return (*newest_first(self.start, self.end), -self.id.int)


class Proficiency(StrEnum):
    """How well a language is mastered, from the least on."""

    ELEMENTARY = "elementary"
    LIMITED_WORKING = "limited_working"
    PROFESSIONAL_WORKING = "professional_working"
    FULL_PROFESSIONAL = "full_professional"
    NATIVE = "native"


_RANK = {proficiency: rank for rank, proficiency in enumerate(Proficiency, start=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Language(Part):
    """A language the member speaks."""

    FIELD = "languages"
    NAME = "language"
    MISSING = LanguageNotFound

    name: str
    proficiency: Proficiency | None = None

    @property
    def unique(self) -> str:
        """Its name, as names are compared."""
        return fold(self.name)

    @property
    def place(self) -> tuple[Any, ...]:
        """The best mastered first."""
        return (-(_RANK[self.proficiency] if self.proficiency else 0), self.unique, self.id.int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification(Part):
    """A certificate; `start` is when it was issued, `end` when it expires."""

    FIELD = "certifications"
    NAME = "certification"
    MISSING = CertificationNotFound

    name: str
    issuer: str
    credential_id: str = ""
    credential_url: str = ""
    start: PartialDate | None = None
    end: PartialDate | None = None

    @property
    def period(self) -> tuple[PartialDate | None, PartialDate | None]:
        """From its first month to its last."""
        return self.start, self.end

    @property
    def place(self) -> tuple[Any, ...]:
        """The last issued first, whenever it expires."""
        return (*newest_first(None, self.start), -self.id.int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill(Part):
    """A skill, the one of the taxonomy where that knows it; `weight` is that of its endorsements together."""

    FIELD = "skills"
    NAME = "skill"
    MISSING = SkillNotFound

    name: str
    concept_id: UUID | None = None
    endorsement_count: int = 0
    weight: int = 0

    def is_same(self, other: "Skill") -> bool:
        """Whether both stand for one skill."""
        return self.unique == other.unique or (self.concept_id is not None and self.concept_id == other.concept_id)

    @property
    def strength(self) -> int:
        """0 to 100: half of it by ten endorsements that weigh 100 each."""
        return round(100 * self.weight / (self.weight + 1_000))

    @property
    def unique(self) -> str:
        """Its name, as names are compared."""
        return fold(self.name)

    @property
    def place(self) -> tuple[Any, ...]:
        """The most endorsed first, then the first added."""
        return (-self.endorsement_count, self.id.int)


P = TypeVar("P", bound=Part)
KINDS: tuple[type[Part], ...] = (Position, Education, Language, Certification, Skill)


@dataclass(frozen=True, slots=True)
class Career:
    """The entries of a profile, each list in its order; a member who never wrote one has `NO_CAREER`."""

    lists: Mapping[type[Part], Sequence[Part]] = field(default_factory=dict[type[Part], Sequence[Part]])

    @classmethod
    def of(cls, parts: Iterable[Part]) -> Self:
        """Entries of all kinds in no order."""
        lists: dict[type[Part], list[Part]] = {}
        for part in parts:
            lists.setdefault(type(part), []).append(part)
        return cls({kind: sorted(some, key=lambda part: part.place) for kind, some in lists.items()})

    def all(self, kind: type[P]) -> Sequence[P]:
        """The entries of one kind."""
        return self.lists.get(kind, ())  # type: ignore[return-value]  # each list holds what it is filed under

    def at(self, now: datetime) -> Self:
        """The entries as they are shown at a moment."""
        positions = self.all(Position)
        if all(one.verification is None for one in positions):
            return self
        return type(self)({**self.lists, Position: [one.at(now) for one in positions]})

    def only(self, kinds: Collection[type[Part]]) -> Self:
        """The entries of some kinds."""
        return type(self)({kind: entries for kind, entries in self.lists.items() if kind in kinds})


NO_CAREER = Career()


def check_new(part: P, beside: Sequence[P]) -> None:
    """Refuse an entry that a list cannot take.

    Raises:
        ProfileFull: the list has as many as it may.
        PeriodInvalid, LanguageListed: as `check`.
    """
    if len(beside) >= MOST_PARTS:
        raise ProfileFull(part.FIELD)
    part.check(beside)


def find_part(kind: type[P], part_id: UUID, among: Sequence[P]) -> P:
    """The entry with an id; raises the kind's PartNotFound."""
    for part in among:
        if part.id == part_id:
            return part
    raise kind.MISSING(kind.NAME, part_id)


def _trimmed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.strip() if type(value) is str else value for name, value in values.items()}
