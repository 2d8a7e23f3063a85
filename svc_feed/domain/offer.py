"""What a member is shown in a promoted place of the feed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from svc_feed.domain.account import day_of
from svc_feed.domain.campaign import Campaign
from svc_feed.domain.ids import CampaignId, ImpressionId, UserId
from svc_feed.domain.item import Item
from svc_feed.domain.pacing import may_spend
from svc_feed.domain.tally import PostKey
from svc_feed.domain.targeting import Audience

POSITION = 4
"""How many items of a page come before the promoted one; a page with fewer has none."""


class Offer(NamedTuple):
    """An open impression: the post of a campaign, and what it costs in thousandths of a unit when it is seen."""

    post: PostKey
    campaign_id: CampaignId
    impression_id: ImpressionId
    price: int
    day: date


class Promoted(NamedTuple):
    """An item that somebody paid for, with what its viewer tells of it by."""

    offer: Offer
    item: Item


def competing(
    campaigns: Sequence[Campaign],
    viewer: UserId,
    audience: Audience | None,
    pending: Mapping[CampaignId, int],
    at: datetime,
) -> list[Campaign]:
    """Those that may be shown to a member, each with a bid that it can pay.

    `audience` is None while nobody knows what the member is, who is nobody's aim then. `pending` is what is on offer of
    each: it counts as spent, until it was or is taken back.
    """
    found: list[Campaign] = []
    for one in campaigns:
        if one.advertiser_id == viewer or not one.runs(at):
            continue
        if not one.targeting.everybody and (audience is None or not one.targeting.matches(audience)):
            continue
        room = may_spend(one, at) - one.account.spent_today(day_of(at)) - pending.get(one.id, 0)
        if room >= one.bid:
            found.append(one)
        elif room >= one.cost_per_mille:
            found.append(replace(one, max_bid=room))
    return found
