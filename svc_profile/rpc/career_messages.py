"""Between the parts of a profile and the contract's messages; pure."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from guild.common.v1.date_pb2 import Date
from guild.profile.v1 import user_pb2 as pb
from mesh.contract import timestamp
from svc_profile.domain.career import (
    Career,
    Certification,
    Education,
    Language,
    Part,
    Position,
    Proficiency,
    Skill,
    Verification,
)
from svc_profile.domain.periods import PartialDate
from svc_profile.rpc import masks

_M = TypeVar("_M", bound=Message)
_PROFICIENCY = {one: pb.Proficiency.Value(f"PROFICIENCY_{one.name}") for one in Proficiency}
_WORD = {number: word for word, number in _PROFICIENCY.items()}
_WRITTEN: Mapping[type, Callable[[Any], Any]] = {
    UUID: str,
    PartialDate: lambda at: Date(year=at.year, month=at.month, day=at.day),
    Proficiency: _PROFICIENCY.__getitem__,
    Verification: lambda one: pb.CompanyVerification(
        domain=one.domain, verified_at=timestamp(one.verified_at), expires_at=timestamp(one.expires_at)
    ),
}
_READ: Mapping[str, Callable[[Any], Any]] = {
    "company_id": UUID,
    "occupation_id": UUID,
    "start": lambda at: PartialDate(at.year, at.month, at.day),
    "end": lambda at: PartialDate(at.year, at.month, at.day),
    "proficiency": _WORD.__getitem__,
}


def changes(message: Message, mask: FieldMask | None = None) -> dict[str, Any]:
    """The fields that a new part sets, or an update names, in the domain's words."""
    named = masks.changes(message, mask or FieldMask()).items()
    return {name: _READ[name](value) if name in _READ and value is not None else value for name, value in named}


def position(part: Position) -> pb.Position:
    """One place in a work history."""
    return _message(pb.Position, part)


def education(part: Education) -> pb.Education:
    """One course of studies."""
    return _message(pb.Education, part)


def language(part: Language) -> pb.Language:
    """One language."""
    return _message(pb.Language, part)


def certification(part: Certification) -> pb.Certification:
    """One certification."""
    return _message(pb.Certification, part)


def skill(part: Skill, *, endorsed: bool) -> pb.Skill:
    """One skill, `endorsed` by the viewer or not."""
    return pb.Skill(
        id=str(part.id),
        name=part.name,
        endorsement_count=part.endorsement_count,
        endorsed_by_viewer=endorsed,
        skill_id=str(part.concept_id) if part.concept_id else None,
        strength=part.strength,
    )


def put(career: Career, endorsed: frozenset[UUID], into: pb.User) -> None:
    """Add the lists of a profile."""
    if not career.lists:
        return
    into.positions.extend(map(position, career.all(Position)))
    into.education.extend(map(education, career.all(Education)))
    into.languages.extend(map(language, career.all(Language)))
    into.certifications.extend(map(certification, career.all(Certification)))
    into.skills.extend(skill(one, endorsed=one.id in endorsed) for one in career.all(Skill))


def _message(make: type[_M], part: Part) -> _M:
    values = ((name, getattr(part, name)) for name in make.DESCRIPTOR.fields_by_name)
    return make(**{name: _WRITTEN.get(type(value), _same)(value) for name, value in values if value is not None})


def _same(value: Any) -> Any:
    return value
