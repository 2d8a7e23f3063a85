"""Whatever is told in whatever order: budgets hold, charges add up, everything counts once."""

import dataclasses
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mesh.ids import uuid7
from svc_feed.domain.account import NOTHING_SPENT
from svc_feed.domain.auction import Sold
from svc_feed.domain.campaign import Campaign, CampaignStatus
from svc_feed.domain.counting import Counting, Told
from svc_feed.domain.ids import ImpressionId, UserId
from svc_feed.domain.impression import GOOD_FOR, Impression, Viewer
from svc_feed.domain.money import thousandths
from tests.unit.svc_feed.domain.campaigns import NOON, running

VIEWERS = [UserId(uuid7()) for _ in range(4)]


def served(campaign: Campaign, viewer: UserId, nth: int, price: int) -> Impression:
    return Impression.served(Sold(campaign, price), viewer, nth=nth, at=NOON)


@given(
    st.integers(1, 4),
    st.none() | st.integers(1, 3),
    st.lists(st.tuples(st.integers(0, 3), st.integers(500, 900)), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.booleans(), st.integers(0, 2)), max_size=60),
)
def test_the_ledger_is_the_account(
    budget: int, daily: int | None, shown: list[tuple[int, int]], told: list[tuple[int, bool, int]]
) -> None:
    """Of random tellings of random impressions on three days: spent is the sum of charges and within all budgets."""
    campaign = running(budget=budget, daily_budget=daily, max_bid=900)
    made = [served(campaign, VIEWERS[who], nth, price) for nth, (who, price) in enumerate(shown)]
    campaigns, impressions, known = {campaign.key: campaign}, {one.key: one for one in made}, set[Viewer]()
    charged: list[tuple[int, ImpressionId, int, int, date]] = []
    clicks = 0
    for index, clicked, hours in sorted(told, key=lambda one: one[2]):
        one, now = made[index % len(made)], NOON + timedelta(hours=hours * 11)
        counting = Counting(campaigns, impressions, known, now)
        counted = counting.count(Told(one.viewer_id, one.campaign_id, one.id, clicked))
        assert counted is not None
        clicks += clicked and counted.counts
        charged += [(line.number, line.impression_id, line.amount, line.spent, now.date()) for line in counting.lines]
    account = campaigns[campaign.key].account
    amounts = [amount for _, _, amount, _, _ in charged]
    assert account.spent == sum(amounts) <= thousandths(budget)
    assert [sum(amounts[: at + 1]) for at in range(len(amounts))] == [spent for *_, spent, _ in charged]
    assert [*range(1, len(charged) + 1)] == [number for number, *_ in charged]
    assert len(charged) == len({found for _, found, *_ in charged}) == account.impressions
    assert clicks == account.clicks <= account.impressions
    assert account.reach == len({impressions[key].viewer for key in impressions if impressions[key].charged})
    for day in {day for *_, day in charged}:
        of_day = sum(amount for _, _, amount, _, on in charged if on == day)
        assert daily is None or of_day <= thousandths(daily)


def test_what_is_not_good_is_not_found() -> None:
    """Another viewer's, another campaign's, one that is a day old."""
    campaign, other = running(), running()
    one = served(campaign, VIEWERS[0], 1, 500)
    told = Told(one.viewer_id, campaign.id, one.id, clicked=False)

    def count(told: Told, after: timedelta = timedelta()) -> object:
        campaigns = {campaign.key: campaign, other.key: other}
        return Counting(campaigns, {one.key: one}, set(), NOON + after).count(told)

    assert count(told) is not None
    for wrong in (
        told._replace(viewer=VIEWERS[1]),
        told._replace(campaign_id=other.id),
        told._replace(impression_id=ImpressionId(uuid7())),
    ):
        assert count(wrong) is None
    assert count(told, GOOD_FOR) is None


def test_who_may_not_spend_is_not_charged() -> None:
    """One that is over or looked at again pays nothing any more; one that is paused pays for what was shown."""
    for fields, expected in (
        ({"paused": True}, True),
        ({"ended_at": NOON}, False),
        ({"end_at": NOON}, False),
    ):
        campaign = running(**fields)
        one = served(campaign, VIEWERS[0], 1, 500)
        counting = Counting({campaign.key: campaign}, {one.key: one}, set(), NOON)
        counted = counting.count(Told(one.viewer_id, campaign.id, one.id, clicked=True))
        assert counted is not None
        assert (expected, expected) == (counted.counts, counting.campaigns[campaign.key].account != NOTHING_SPENT)
    campaign = running().unreviewed()
    assert not campaign.pays(500, NOON)


def test_the_last_charge_exhausts() -> None:
    """It is told with the charge; a bid that was lowered meanwhile is what is paid."""
    campaign = running(budget=1, cost_per_mille=600)
    one = served(campaign, VIEWERS[0], 1, 700)
    counting = Counting({campaign.key: campaign}, {one.key: one}, set(), NOON)
    counted = counting.count(Told(one.viewer_id, campaign.id, one.id, clicked=False))
    assert counted is not None
    assert counted.charge is not None
    assert (600, campaign) == (counted.charge.amount, counted.before)
    assert CampaignStatus.EXHAUSTED is counting.campaigns[campaign.key].status(NOON)
    more = dataclasses.replace(counting.campaigns[campaign.key], budget=2)
    assert CampaignStatus.ACTIVE is more.status(NOON)
