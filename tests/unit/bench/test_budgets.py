"""The table of budgets."""

import pytest

from bench.budgets import BUDGETS, headings, rows
from bench.findings import Finding

US = 1e-6


@pytest.mark.parametrize(
    ("used", "verdict"), [(55.0, "reaches the aim"), (100.0, "good to ship"), (121.0, "below ship")]
)
def test_less_processor_time_is_better(used: float, verdict: str) -> None:
    """A cost is judged from above."""
    row = next(
        row for row in rows([Finding("call.noop.grpc.cpu", used * US, unit="cpu")]) if row[0] == "no-op, gRPC: CPU"
    )

    assert verdict == row[-1]


@pytest.mark.parametrize(
    ("used", "shown", "verdict"),
    [
        (45.0, "1.50 times echo", "reaches the aim"),
        (60.0, "2.00 times echo", "good to ship"),
        (90.0, "3.00 times echo", "below ship"),
    ],
)
def test_a_cost_is_judged_against_that_of_its_floor_too(used: float, shown: str, verdict: str) -> None:
    """The same finding has a line for what it is to the floor: less of it is better."""
    finding = Finding("call.noop.grpc.cpu", used * US, 30 * US, "cpu")

    row = next(row for row in rows([finding]) if "bare echo" in row[0])

    assert ("30.0 µs", shown, verdict) == (row[1], row[4], row[5])


def test_a_ratio_without_its_floor_is_not_measured() -> None:
    """Nothing is made up where the floor is missing."""
    row = next(row for row in rows([Finding("connect", 900.0)]) if row[0].startswith("connect"))

    assert "not measured" == row[-1]


def test_goodput_is_a_part_of_capacity() -> None:
    """More of it is better."""
    row = next(row for row in rows([Finding("overload.goodput", 0.92, unit="share")]) if "goodput" in row[0])

    assert ("92%", "good to ship") == (row[4], row[5])


def test_another_commit_has_its_columns() -> None:
    """Its figures stand before the verdict, with ours as a part of them; what it lacks is left open."""
    ours = [Finding("connect.accept.cpu", 300 * US, unit="cpu"), Finding("nobody.knows", 5.0)]
    theirs = [Finding("connect.accept.cpu", 1_200 * US, unit="cpu")]

    table = rows(ours, theirs)

    assert ("measured", "abc", "this / abc", "verdict") == headings("abc")[-4:]
    assert {len(headings("abc"))} == {len(row) for row in table}
    accept = next(row for row in table if row[0].startswith("accept"))
    assert ("300 µs", "1,200 µs", "0.25", "reaches the aim") == accept[-4:]
    assert ("-", "-", "no budget") == table[-1][-3:]


def test_headings_fit_the_rows() -> None:
    """A column is never without its name."""
    assert {len(headings())} == {len(row) for row in rows([Finding("x", 1.0)])}
    assert len({(budget.key, budget.of, budget.unit) for budget in BUDGETS}) == len(BUDGETS)
