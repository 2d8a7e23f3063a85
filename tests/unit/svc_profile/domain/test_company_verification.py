"""Which addresses say something about where somebody works."""

from datetime import UTC, datetime, timedelta

import pytest

from mesh.errors import FieldNotUpdatable
from mesh.ids import uuid7
from svc_profile.domain.career import Career, Position, Verification
from svc_profile.domain.company_verification import WorkAddressRefused, work_domain
from svc_profile.domain.periods import PartialDate

NOW = datetime(2026, 1, 1, tzinfo=UTC)
VERIFIED = Verification("mill.example", NOW, NOW + timedelta(days=365))
POSITION = Position(
    id=uuid7(), title="Baker", company_name="The Mill", start=PartialDate(2020, 1), verification=VERIFIED
)


@pytest.mark.parametrize("email", ["me@gmail.com", "me@yahoo.co.uk", "me@mail.proton.me"])
def test_where_anybody_gets_mail_nothing_is_shown(email: str) -> None:
    """A domain of the list, and what is below one."""
    with pytest.raises(WorkAddressRefused):
        work_domain(email)


def test_a_domain_that_only_ends_like_one_is_another() -> None:
    """It is labels that are compared."""
    assert ["notgmail.com", "gmail.com.mill.example"] == [
        work_domain(f"me@{domain}") for domain in ("notgmail.com", "gmail.com.mill.example")
    ]


def test_another_company_ends_it_and_another_title_does_not() -> None:
    """However the name is written; nobody writes it themself."""
    assert VERIFIED == POSITION.edited({"title": "Miller", "company_name": "THE MILL"}).verification
    assert POSITION.edited({"company_name": "Oven"}).verification is None
    assert POSITION.edited({"company_id": uuid7()}).verification is None
    with pytest.raises(FieldNotUpdatable):
        POSITION.edited({"verification": None})


def test_it_is_shown_until_it_ends() -> None:
    """Not at the moment itself."""
    assert VERIFIED == Verification.parse(str(VERIFIED))
    career = Career.of([POSITION])
    shown = [
        career.at(at).all(Position)[0].verification for at in (NOW, VERIFIED.expires_at - timedelta(microseconds=1))
    ]
    assert [VERIFIED, VERIFIED] == shown
    assert career.at(VERIFIED.expires_at).all(Position)[0].verification is None
