"""How complete a profile is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from svc_profile.domain.career import Certification, Education, Language, Position, Skill
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
    HANDLE = "handle"
    LANGUAGES = "languages"
    COMPANY_VERIFICATION = "company_verification"
    CERTIFICATIONS = "certifications"


@dataclass(frozen=True, slots=True)
class Completeness:
    """Of 100, and the sections that are missing, those with the largest share first."""

    percent: int
    missing: tuple[Section, ...]


SHARES: Mapping[Section, int] = {
    Section.POSITION: 15,
    Section.ABOUT: 10,
    Section.SKILLS: 10,
    Section.PICTURE: 10,
    Section.HEADLINE: 10,
    Section.EDUCATION: 10,
    Section.CONNECTIONS: 10,
    Section.LOCATION: 5,
    Section.INDUSTRY: 5,
    Section.HANDLE: 5,
    Section.LANGUAGES: 5,
    Section.COMPANY_VERIFICATION: 3,
    Section.CERTIFICATIONS: 2,
}
"""Percent of each: what others search by and decide by counts most, what not everybody can have counts least."""
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
    Section.HANDLE: lambda profile: bool(profile.user.handle),
    Section.LANGUAGES: lambda profile: bool(profile.career.all(Language)),
    Section.COMPANY_VERIFICATION: lambda profile: any(one.verification for one in profile.career.all(Position)),
    Section.CERTIFICATIONS: lambda profile: bool(profile.career.all(Certification)),
}


def completeness(profile: Profile) -> Completeness:
    """Of a whole profile, as its member sees it: a verification that counts no more is in it no more."""
    missing = tuple(section for section, has in _HAS.items() if not has(profile))
    return Completeness(100 - sum(SHARES[section] for section in missing), missing)
