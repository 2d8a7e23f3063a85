"""What a salary may say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_jobs.domain.job import Money, SalaryRange, SalaryRangeInvalid

amounts = st.builds(Money, st.sampled_from(["EUR", "USD"]), st.integers(-10, 10**9))


@given(st.none() | amounts, st.none() | amounts)
def test_a_range_has_one_currency_and_two_ends_in_order(low: Money | None, high: Money | None) -> None:
    """Open ends are fine; a range that holds says its currency."""
    salary = SalaryRange(low, high)
    ends = [end for end in (low, high) if end is not None]
    fine = all(end.minor_units >= 0 for end in ends) and (
        low is None or high is None or (low.currency == high.currency and low.minor_units <= high.minor_units)
    )
    if fine:
        salary.check()
        assert (ends[0].currency if ends else None) == salary.currency
    else:
        with pytest.raises(SalaryRangeInvalid):
            salary.check()
