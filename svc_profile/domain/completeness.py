"""How complete a profile is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from svc_profile.domain.career import Education, Position, Skill
from svc_profile.domain.user import Profile


class Section(StrEnum):
    """What makes a profile complete, the largest share first."""

    POSITION = "position"
    ABOUT = "about"
    SKILLS = "skills"
    PICTURE = "picture"
    HEADLINE = "headline"
    EDUCATION = "education"
    CONNECTIONS = "connections"
    LOCATION = "location"
    INDUSTRY = "industry"


@dataclass(frozen=True, slots=True)
class Completeness:
    """Of 100, and the sections that are missing, those with the largest share first."""

    percent: int
    missing: tuple[Section, ...]


SHARES: Mapping[Section, int] = {
    Section.POSITION: 20,
    Section.ABOUT: 15,
    Section.SKILLS: 15,
    Section.PICTURE: 10,
    Section.HEADLINE: 10,
    Section.EDUCATION: 10,
    Section.CONNECTIONS: 10,
    Section.LOCATION: 5,
    Section.INDUSTRY: 5,
}
"""Percent of each: what others search by and decide by counts most."""
_ABOUT = 100  # characters of a text that says something
_SKILLS = 5
_CONNECTIONS = 10
_HAS: Mapping[Section, Callable[[Profile], bool]] = {
    Section.POSITION: lambda profile: bool(profile.career.all(Position)),
    Section.ABOUT: lambda profile: len(profile.user.about) >= _ABOUT,
    Section.SKILLS: lambda profile: len(profile.career.all(Skill)) >= _SKILLS,
    Section.PICTURE: lambda profile: bool(profile.user.profile_picture_url),
    Section.HEADLINE: lambda profile: bool(profile.user.headline),
    Section.EDUCATION: lambda profile: bool(profile.career.all(Education)),
    Section.CONNECTIONS: lambda profile: profile.connection_count >= _CONNECTIONS,
    Section.LOCATION: lambda profile: bool(profile.user.location),
    Section.INDUSTRY: lambda profile: bool(profile.user.industry),
}


def completeness(profile: Profile) -> Completeness:
    """Of a whole profile."""
    missing = tuple(section for section, has in _HAS.items() if not has(profile))
    return Completeness(100 - sum(SHARES[section] for section in missing), missing)
