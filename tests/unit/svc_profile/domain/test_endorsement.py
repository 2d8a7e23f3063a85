"""The weight of endorsements, and rings."""

from itertools import permutations
from uuid import UUID

import pytest

from svc_profile.domain.career import Position, Skill
from svc_profile.domain.endorsement import PLAIN, ring, weigh, were_colleagues
from svc_profile.domain.ids import UserId
from svc_profile.domain.periods import PartialDate

A, B, C, D, E = (UserId(UUID(int=n)) for n in range(1, 6))
PYTHON = Skill(id=UUID(int=9), name="Python", concept_id=UUID(int=90))


def skill(name: str, weight: int = 0, concept_id: UUID | None = None) -> Skill:
    return Skill(id=UUID(int=8), name=name, weight=weight, concept_id=concept_id)


def job(start: str, end: str = "", company: str = "Acme", company_id: int = 0) -> Position:
    return Position(
        id=UUID(int=7),
        title="x",
        company_name=company,
        start=PartialDate.parse(start),
        end=PartialDate.parse(end) if end else None,
        company_id=UUID(int=company_id) if company_id else None,
    )


def test_who_knows_the_skill_weighs_more() -> None:
    """By any of its names, and the more the stronger; a colleague half as much again."""
    weights = [
        weigh(PYTHON, skills, colleagues=False)
        for skills in ([], [skill("Cooking")], [skill("PYTHON")], [skill("Py", 1_000, PYTHON.concept_id)])
    ]
    assert [PLAIN, PLAIN, 150, 200] == weights
    assert 225 == weigh(PYTHON, [skill("python")], colleagues=True)


def test_strength_grows_ever_slower_and_stays_below_a_hundred() -> None:
    """Ten plain endorsements are the half."""
    assert [0, 9, 50, 99] == [skill("x", weight).strength for weight in (0, PLAIN, 10 * PLAIN, 1_000 * PLAIN)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (job("2019"), job("2021"), True),
        (job("2019", "2020"), job("2020-05"), True),
        (job("2019", "2020-04"), job("2020-05"), False),
        (job("2020-05"), job("2019", "2020-04"), False),
        (job("2019"), job("2019", company="ACME"), True),
        (job("2019"), job("2019", company="Other"), False),
        (job("2019", company_id=1), job("2019", company_id=2), False),
        (job("2019", company="Acme Inc", company_id=1), job("2019", company_id=1), True),
    ],
)
def test_colleagues_worked_at_the_same_company_at_the_same_time(one: Position, other: Position, expected: bool) -> None:
    """A company is told by its page where both have one, by its name otherwise."""
    assert expected is were_colleagues([job("1990", company="Past"), one], [other])


def test_three_who_all_endorse_each_other_are_a_ring() -> None:
    """Whoever closed it; who endorses only some of them is not in it."""
    edges = [*permutations((A, B, C), 2), (D, A), (A, D), (D, B)]
    assert (A, B, C) == ring(edges, A, B) == ring(edges, C, A)
    assert () == ring(edges, A, D)


def test_a_ring_has_all_who_endorse_each_other() -> None:
    """One missing endorsement leaves a member out."""
    assert (A, B, C, D, E) == ring(list(permutations((A, B, C, D, E), 2)), B, E)
    without = [edge for edge in permutations((A, B, C, D, E), 2) if edge != (C, A)]
    assert (B, C, D, E) == ring(without, B, C)


def test_two_who_endorse_each_other_are_no_ring() -> None:
    """Nor is a circle in which nobody endorses back."""
    assert () == ring([(A, B), (B, A)], A, B)
    assert () == ring([(A, B), (B, C), (C, A)], A, B)
