"""Who opens profiles like a clock."""

import random

import pytest

from svc_profile.domain.browsing import RING, STEADY, Looked, Oddity, is_steady


def moments(intervals: list[float]) -> list[int]:
    """Milliseconds, the first at a moment of its own, in the order that Redis gives them."""
    at, found = 1_000_000.0, [1_000_000]
    for one in intervals:
        at += one
        found.append(int(at))
    return found[::-1]


@pytest.mark.parametrize("jitter", [0.0, 0.1, 0.2])
@pytest.mark.parametrize("pause", [1_500, 30_000, 120_000])
def test_a_clock_is_a_clock_with_some_jitter(pause: int, jitter: float) -> None:
    """However long it waits between one and the next."""
    by_chance = random.Random(7)
    assert is_steady(moments([pause * by_chance.uniform(1 - jitter, 1 + jitter) for _ in range(RING - 1)]))


def test_people_and_pages_are_none() -> None:
    """Nor is anybody by chance, whose moments are independent: of a thousand rings none is that even."""
    by_chance = random.Random(7)
    rings = ([by_chance.expovariate(1 / 20_000) for _ in range(RING - 1)] for _ in range(1_000))
    assert not any(is_steady(moments(ring)) for ring in rings)
    assert not is_steady(moments([50.0] * (RING - 1)))
    assert not is_steady(moments([0.0] * (RING - 1)))


def test_few_say_nothing() -> None:
    """Nor do none."""
    assert not is_steady([])
    assert not is_steady(moments([5_000.0] * (RING - 2)))


def test_what_is_odd_is_told_with_its_bounds() -> None:
    """And nothing is told of a person."""
    assert {} == Looked(2).oddities(2)
    assert {Oddity.MANY: "more than 4 different profiles within a day"} == Looked(5, passes=1).oddities(2)
    assert {Oddity.MANY, Oddity.STEADY} == Looked(5, steady=True).oddities(2).keys()
    assert f"less than {STEADY:.0%}" in Looked(1, steady=True).oddities(2)[Oddity.STEADY]
