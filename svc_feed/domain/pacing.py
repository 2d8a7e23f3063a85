"""How much of a budget may be spent by a moment of the day."""

from datetime import UTC, datetime, time, timedelta

from svc_feed.domain.account import day_of
from svc_feed.domain.campaign import Campaign, Pacing
from svc_feed.domain.money import thousandths

AHEAD = 20
"""An even pace may be ahead of the clock by a twentieth of the day's share, so that the first hour is not lost."""

_SECOND = timedelta(seconds=1)


def may_spend(campaign: Campaign, at: datetime) -> int:
    """Thousandths that it may have spent on the day of `at`, by then: all that is left, or an even pace's part of it.

    The share of the day is the daily budget, or of what was left when the day began as much as the day is of the time
    that is left; all of that for a campaign without an end. It is spent evenly over the part of the day it runs in.
    """
    account, today = campaign.account, day_of(at)
    begun = datetime.combine(today, time(), UTC)
    since, until = max(begun, campaign.start_at), begun + timedelta(days=1)
    left = thousandths(campaign.budget) - account.spent + account.spent_today(today)
    share = left
    if campaign.end_at is not None:
        until = min(until, campaign.end_at)
        if campaign.pacing is Pacing.EVEN and campaign.daily_budget is None:
            share = _part(left, until - since, campaign.end_at - since)
    if campaign.daily_budget is not None:
        share = min(share, thousandths(campaign.daily_budget))
    if campaign.pacing is Pacing.ACCELERATED:
        return share
    return min(share, _part(share, at - since, until - since) + share // AHEAD + campaign.bid)


def _part(amount: int, some: timedelta, whole: timedelta) -> int:
    """As much of an amount as some time is of all of it, in whole seconds, rounded down."""
    seconds = whole // _SECOND
    return amount if seconds <= 0 else amount * min(max(some // _SECOND, 0), seconds) // seconds
