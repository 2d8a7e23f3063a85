"""Whom a campaign is aimed at."""

import pytest

from svc_feed.domain.targeting import EVERYBODY, Audience, Targeting

MEMBER = Audience.of(
    location="São Paulo, Brazil", skills=["C++", "Project Management"], headline="Head of Data at Ümlaut GmbH"
)


@pytest.mark.parametrize(
    ("targeting", "expected"),
    [
        (EVERYBODY, True),
        (Targeting(locations=("sao paulo",)), True),
        (Targeting(locations=("Paul",)), False),
        (Targeting(locations=("Lima", "Brazil")), True),
        (Targeting(locations=("Paulo, Brazil",)), True),
        (Targeting(skills=("c++",)), True),
        (Targeting(skills=("C",)), False),
        (Targeting(skills=("management",)), False),
        (Targeting(headline_words=("umlaut",)), True),
        (Targeting(headline_words=("data scientist",)), False),
        (Targeting(headline_words=("!",)), False),
        (Targeting(locations=("Brazil",), skills=("Go",)), False),
        (Targeting(locations=("Brazil",), skills=("Go", "C++"), headline_words=("head",)), True),
    ],
)
def test_all_conditions_hold_by_any_of_their_values(targeting: Targeting, expected: bool) -> None:
    """Whole words, whatever their case and accents."""
    assert expected is targeting.matches(MEMBER)
    assert not targeting.matches(Audience()) or targeting.everybody
