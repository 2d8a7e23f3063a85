"""Dates of a life, as far as they are known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_profile.domain.periods import PartialDate, PeriodInvalid, check_period, newest_first

dates = st.dates().map(lambda day: PartialDate(day.year, day.month, day.day))
partial = st.builds(lambda at, known: PartialDate(*at[:known]), dates, st.integers(1, 3))


@given(partial)
def test_a_date_is_read_as_it_is_written(at: PartialDate) -> None:
    """Whatever of it is known."""
    assert at == PartialDate.parse(str(at))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03", "2026-03"),
        ("2026-03", "2026"),
        ("2026", "2026-01"),
        ("2026-03", "2026-04-01"),
        ("2026-03-31", "2026-03"),
    ],
)
def test_a_period_may_end_in_what_it_starts(start: str, end: str) -> None:
    """Compared is what both ends say."""
    check_period(PartialDate.parse(start), PartialDate.parse(end))


@pytest.mark.parametrize(("start", "end"), [("2026-03", "2026-02"), ("2026", "2025-12"), ("2026-03-02", "2026-03-01")])
def test_a_period_does_not_end_before_it_starts(start: str, end: str) -> None:
    """The violation names the end."""
    with pytest.raises(PeriodInvalid) as caught:
        check_period(PartialDate.parse(start), PartialDate.parse(end))
    assert ["end"] == [violation.field for violation in caught.value.violations]


@pytest.mark.parametrize("field", ["start", "end"])
def test_a_date_is_in_the_calendar(field: str) -> None:
    """No 30 February."""
    with pytest.raises(PeriodInvalid) as caught:
        check_period(**({"start": None, "end": None} | {field: PartialDate(2026, 2, 30)}))
    assert [field] == [violation.field for violation in caught.value.violations]


def test_what_is_held_comes_first_and_what_is_undated_last() -> None:
    """Between them the last to end; of two that ended together the last to start."""
    expected = [("2020", None), ("2018", None), ("2015", "2019-05"), ("2010", "2019-05"), (None, "2019"), (None, None)]
    periods = [tuple(at and PartialDate.parse(at) for at in pair) for pair in expected]
    shuffled = periods[::-1]
    assert periods == sorted(shuffled, key=lambda pair: newest_first(*pair))
