"""How many retries calls earn."""

from hypothesis import given
from hypothesis import strategies as st

from mesh.limits.retry_budget import RetryBudget


def test_begins_full() -> None:
    """After a start ten retries are there at once."""
    budget = RetryBudget()

    assert [True] * 10 + [False] == [budget.spend() for _ in range(11)]


def test_ten_calls_earn_one_retry() -> None:
    """In the long run one call in ten is retried."""
    budget = RetryBudget(ratio=0.125, capacity=1)
    budget.spend()
    for _ in range(7):
        budget.earn()

    assert not budget.spend()
    budget.earn()
    assert budget.spend()


@given(st.lists(st.booleans(), max_size=300))
def test_never_more_than_the_reserve_and_a_tenth(events: list[bool]) -> None:
    """Whatever the order of calls and retries, retries stay within the budget."""
    budget = RetryBudget()
    calls = retries = 0
    for is_call in events:
        if is_call:
            budget.earn()
            calls += 1
        else:
            retries += budget.spend()

    assert retries <= 10 + calls * 0.1
