"""How complete a profile is."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from svc_profile.domain.career import Career, Certification, Education, Language, Position, Skill, Verification
from svc_profile.domain.completeness import SHARES, Completeness, Section, completeness
from svc_profile.domain.ids import UserId
from svc_profile.domain.periods import PartialDate
from svc_profile.domain.user import Profile, User

ID = UUID(int=1)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
VERIFIED = Verification("y.example", NOON, NOON + timedelta(days=365))
POSITION = Position(id=ID, title="x", company_name="y", start=PartialDate(2026), verification=VERIFIED)
OTHERS = [Education(id=ID, school="x"), Language(id=ID, name="x"), Certification(id=ID, name="x", issuer="y")]
PARTS = [POSITION, *OTHERS, *(Skill(id=UUID(int=n), name=f"{n}") for n in range(5))]
USER = User(
    id=UserId(ID),
    name="Ann",
    created_at=NOON,
    updated_at=NOON,
    headline="x",
    about="x" * 100,
    location="x",
    profile_picture_url="https://x",
    industry="x",
    handle="ann",
)
WHOLE = Profile(USER, connection_count=10, career=Career.of(PARTS))


def without(kind: type) -> Profile:
    return replace(WHOLE, career=Career.of(part for part in PARTS if not isinstance(part, kind)))


LACKING = {
    Section.EDUCATION: without(Education),
    Section.LANGUAGES: without(Language),
    Section.CERTIFICATIONS: without(Certification),
    Section.COMPANY_VERIFICATION: replace(WHOLE, career=WHOLE.career.at(VERIFIED.expires_at)),
    Section.HANDLE: replace(WHOLE, user=replace(USER, handle="")),
    Section.SKILLS: replace(WHOLE, career=Career.of(PARTS[:-1])),
    Section.ABOUT: replace(WHOLE, user=replace(USER, about="x" * 99)),
    Section.PICTURE: replace(WHOLE, user=replace(USER, profile_picture_url="")),
    Section.HEADLINE: replace(WHOLE, user=replace(USER, headline="")),
    Section.LOCATION: replace(WHOLE, user=replace(USER, location="")),
    Section.INDUSTRY: replace(WHOLE, user=replace(USER, industry="")),
    Section.CONNECTIONS: replace(WHOLE, connection_count=9),
}


def test_a_profile_with_everything_is_complete() -> None:
    """All shares make a hundred."""
    assert Completeness(100, ()) == completeness(WHOLE)
    assert (100, set(Section)) == (sum(SHARES.values()), set(SHARES))


@pytest.mark.parametrize("section", LACKING)
def test_each_section_has_its_share(section: Section) -> None:
    """Without it that much is missing."""
    assert Completeness(100 - SHARES[section], (section,)) == completeness(LACKING[section])


def test_a_position_takes_its_verification_along() -> None:
    """Without any there is none to verify."""
    missing = (Section.POSITION, Section.COMPANY_VERIFICATION)
    assert Completeness(100 - sum(SHARES[section] for section in missing), missing) == completeness(without(Position))


@pytest.mark.parametrize("section", Section)
def test_the_contract_says_the_share_of_each_section(section: Section) -> None:
    """Clients show what a section is worth."""
    said = Path("proto/guild/profile/v1/user.proto").read_text(encoding="utf-8")
    assert re.search(rf"{SHARES[section]} percent\.\n  PROFILE_SECTION_{section.name} = ", said)


def test_a_new_member_lacks_everything_the_largest_share_first() -> None:
    """Nothing is given for a name."""
    found = completeness(Profile(User.new(UserId(ID), "Ann", "a@example.com", NOON)))
    assert (0, set(Section)) == (found.percent, set(found.missing))
    assert sorted(found.missing, key=lambda section: -SHARES[section]) == list(found.missing)
