"""Who wins a place, and what it costs."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.ids import uuid7
from svc_feed.domain.auction import PARTS, quality, ranked, rates_of, sold
from svc_feed.domain.campaign import Campaign
from svc_feed.domain.ids import UserId
from tests.unit.svc_feed.domain.campaigns import running

VIEWER = UserId(uuid7())
GOOD = {"impressions": 9_900, "clicks": 199}  # a rate of 2 in 100
AVERAGE = {"impressions": 9_900, "clicks": 99}  # of 1 in 100, as of one without any impression


def won(*campaigns: Campaign, rates: dict[str, int] | None = None) -> tuple[int, int]:
    """The winner's place in the arguments, and its price."""
    outcome = sold(ranked(campaigns, VIEWER, rates or {}), rates or {})
    assert outcome is not None
    return campaigns.index(outcome.campaign), outcome.price


@pytest.mark.parametrize(
    ("campaigns", "expected"),
    [
        ([{"cost_per_mille": 300}], (0, 300)),
        ([{"cost_per_mille": 300, "max_bid": 900}], (0, 300)),
        ([{"cost_per_mille": 300, "max_bid": 900}, {"cost_per_mille": 500}], (0, 500)),
        ([{"cost_per_mille": 300, "max_bid": 900}, {"cost_per_mille": 100, "max_bid": 700}], (0, 700)),
        ([{"cost_per_mille": 300, "max_bid": 900}, {"cost_per_mille": 100, "max_bid": 200}], (0, 300)),
        ([{"cost_per_mille": 800}, {"cost_per_mille": 100, "max_bid": 700}], (0, 800)),
        ([{"cost_per_mille": 500, "max_bid": 700}, {"cost_per_mille": 400, "max_bid": 500, **GOOD}], (1, 400)),
        ([{"cost_per_mille": 100, "max_bid": 500, **GOOD}, {"cost_per_mille": 700, **AVERAGE}], (0, 350)),
        ([{"cost_per_mille": 100, "max_bid": 500, **GOOD}, {"cost_per_mille": 701, **AVERAGE}], (0, 351)),
        ([{"cost_per_mille": 500, "currency": "USD"}, {"cost_per_mille": 480}], (0, 500)),
    ],
)
def test_the_winner_pays_what_it_takes(campaigns: list[dict[str, Any]], expected: tuple[int, int]) -> None:
    """Just enough to be first, at least its cost per mille, and what it costs where it names no bid."""
    assert expected == won(*(running(**one) for one in campaigns))


def test_bids_are_compared_in_one_currency() -> None:
    """Where it is told what they are worth; prices stay in the winner's own."""
    dollars, euros = running(currency="USD", cost_per_mille=100, max_bid=500), running(cost_per_mille=460)
    assert (1, 460) == won(dollars, euros, rates=dict(rates_of(["USD:0.91"])))
    assert (0, 460) == won(dollars, euros)
    assert (0, 495) == won(dollars, euros, rates=dict(rates_of(["USD:0.93"])))


@pytest.mark.parametrize(
    "text", ["USD", "usd:1", "USD:", "USD:0", "USD:-1", "USD:1.1234567", "USD:1;EUR:1", "USD:\uff11"]
)
def test_rates_that_nobody_can_read(text: str) -> None:
    """Are refused when a process starts."""
    with pytest.raises(ValueError, match="worth of a currency"):
        rates_of([text])


campaigns = st.builds(
    lambda cost, more, clicks, views: running(
        cost_per_mille=cost, max_bid=None if more is None else cost + more, clicks=min(clicks, views), impressions=views
    ),
    st.integers(1, 10**15),
    st.none() | st.integers(0, 10**6),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
)


@given(st.lists(campaigns, min_size=1, max_size=6))
def test_nobody_pays_more_than_they_bid(some: list[Campaign]) -> None:
    """Nor less than the least they named; and at the price the winner is not behind the next."""
    best = ranked(some, VIEWER, {})
    outcome = sold(best, {})
    assert outcome is not None
    winner, price = outcome
    assert winner.cost_per_mille <= price <= winner.bid
    for other in best[1:]:
        assert price * quality(winner) >= other.bid * quality(other) or price == winner.bid
    assert 0 <= quality(winner) <= PARTS


def test_equals_take_turns_among_viewers() -> None:
    """Each is first for about as many, and for one viewer always the same."""
    equal = [running(max_bid=600) for _ in range(4)]
    viewers = [UserId(uuid7()) for _ in range(400)]
    first = Counter(ranked(equal, viewer, {})[0].id for viewer in viewers)
    assert set(first) == {one.id for one in equal}
    assert min(first.values()) > 40
    assert ranked(equal, viewers[0], {}) == ranked(equal[::-1], viewers[0], {})


def test_no_campaign_no_sale() -> None:
    """An empty auction sells nothing."""
    assert sold([], {}) is None
