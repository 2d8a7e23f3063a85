"""How a budget is spent over a day, by a clock that a test sets."""

import dataclasses
from datetime import datetime, timedelta

import pytest

from mesh.ids import uuid7
from mesh.testing import ManualClock
from svc_feed.domain.account import day_of
from svc_feed.domain.campaign import Campaign, Pacing
from svc_feed.domain.ids import UserId
from svc_feed.domain.offer import competing
from svc_feed.domain.pacing import may_spend
from tests.unit.svc_feed.domain.campaigns import MIDNIGHT, NOON, running

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
VIEWER = UserId(uuid7())


def even(**fields: object) -> Campaign:
    return running(pacing=Pacing.EVEN, **{"cost_per_mille": 100, "budget": 1_000, **fields})


@pytest.mark.parametrize(
    ("campaign", "at", "expected"),
    [
        (even(daily_budget=240), MIDNIGHT, 12_000 + 100),
        (even(daily_budget=240), NOON, 120_000 + 12_000 + 100),
        (even(daily_budget=240), MIDNIGHT + DAY - timedelta(seconds=1), 240_000),
        (even(daily_budget=240, start_at=NOON), NOON + 6 * HOUR, 120_000 + 12_000 + 100),
        (even(daily_budget=240, end_at=NOON), MIDNIGHT + 6 * HOUR, 120_000 + 12_000 + 100),
        (even(daily_budget=5_000), NOON, 500_000 + 50_000 + 100),
        (even(), NOON, 500_000 + 50_000 + 100),
        (even(end_at=MIDNIGHT + 10 * DAY), NOON, 50_000 + 5_000 + 100),
        (even(end_at=MIDNIGHT + 10 * DAY, spent=50_000), NOON, 50_000 + 5_000 + 100),
        (running(daily_budget=240), MIDNIGHT, 240_000),
        (running(spent=300_000), NOON, 1_000_000),
        (running(end_at=MIDNIGHT + 10 * DAY), MIDNIGHT, 1_000_000),
    ],
)
def test_what_may_be_spent_by_a_moment(campaign: Campaign, at: datetime, expected: int) -> None:
    """Of the daily budget, or of the day's share of all: as much as of the day is over, and a twentieth ahead."""
    assert expected == may_spend(campaign, at)


def test_spending_follows_the_clock() -> None:
    """With a viewer every ten seconds the day's budget lasts for the day, and a new day begins with a new one."""
    clock, campaign = ManualClock(MIDNIGHT), even(daily_budget=200, budget=100_000)
    spent: list[int] = []
    for number in range(2 * 8_640):
        now = clock.now()
        if found := competing([campaign], VIEWER, None, {}, now):
            account = found[0].account.charged(100, day_of(now), new_viewer=False)
            campaign = dataclasses.replace(campaign, account=account)
        if number % 2_160 == 2_159:
            spent.append(campaign.account.spent_today(day_of(now)))
        clock.advance(10)
    for quarter, today in enumerate(spent):
        share = 200_000 * (quarter % 4 + 1) // 4
        assert share <= today + 100, (quarter, today)
        assert today <= min(share + 10_100, 200_000), (quarter, today)
    assert 400_000 - 200 <= campaign.account.spent <= 400_000


def test_what_is_on_offer_counts_as_spent() -> None:
    """So that no more is offered than can be paid; and a bid is no more than what is left."""
    campaign = running(budget=2, max_bid=900)
    assert [900] == [one.bid for one in competing([campaign], VIEWER, None, {campaign.id: 1_000}, NOON)]
    assert [600] == [one.bid for one in competing([campaign], VIEWER, None, {campaign.id: 1_400}, NOON)]
    assert [] == competing([campaign], VIEWER, None, {campaign.id: 1_501}, NOON)
