"""Who has a place in the feed, and what for: a second-price auction by bid and quality.

The order is by bid times quality, and the winner pays the least bid with which it would still be first: the generalised
second price of Edelman, Ostrovsky and Schwarz ("Internet Advertising and the Generalized Second-Price Auction", AER
2007), which for one place is Vickrey's, so nobody gains by bidding other than what an impression is worth to them.
All of it is in integers, so that every process comes to the same price.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from hashlib import blake2b
from typing import NamedTuple

from svc_feed.domain.campaign import Campaign
from svc_feed.domain.ids import CampaignId, UserId

PARTS = 1_000_000
"""A quality of 1 is written so; it is a rate of clicks."""

PRIOR_CLICKS, PRIOR_IMPRESSIONS = 1, 100
"""What a campaign is taken to have had before its first impression, so that few clicks decide nothing yet."""

Rates = Mapping[str, int]
"""Millionths of the unit in which bids are compared, for the smallest unit of each currency; one unit if not told."""

_RATE = re.compile(r"([A-Z]{3}):(\d{1,9}(?:\.\d{1,6})?)", re.ASCII)


class Sold(NamedTuple):
    """Who may be shown, and what its impression costs in thousandths of a unit."""

    campaign: Campaign
    price: int


def rates_of(texts: Iterable[str]) -> Rates:
    """The rates that settings such as "USD:0.92" tell; raises ValueError for others."""
    rates: dict[str, int] = {}
    for text in texts:
        told = _RATE.fullmatch(text)
        if told is None or not (rate := int(Decimal(told[2]) * PARTS)):
            message = f"{text!r} is not the worth of a currency, such as USD:0.92"
            raise ValueError(message)
        rates[told[1]] = rate
    return rates


def quality(campaign: Campaign) -> int:
    """The rate of clicks to be expected of its impressions, in millionths: the mean of a beta distribution."""
    account = campaign.account
    return (account.clicks + PRIOR_CLICKS) * PARTS // (account.impressions + PRIOR_IMPRESSIONS)


def ranked(campaigns: Sequence[Campaign], viewer: UserId, rates: Rates) -> list[Campaign]:
    """The best first. Among equals each comes first for as many viewers as the others, and always for the same."""
    return sorted(campaigns, key=lambda one: (-_worth(one, one.bid, rates), _lot(one.id, viewer)))


def sold(best: Sequence[Campaign], rates: Rates) -> Sold | None:
    """The first of those that are ranked, with its price: no more than its bid, no less than its cost per mille."""
    if not best:
        return None
    winner = best[0]
    price = winner.cost_per_mille
    if winner.max_bid is not None and len(best) > 1:
        price = max(price, -(-_worth(best[1], best[1].bid, rates) // max(_worth(winner, 1, rates), 1)))
    return Sold(winner, min(price, winner.bid))


def _worth(campaign: Campaign, bid: int, rates: Rates) -> int:
    return bid * quality(campaign) * rates.get(campaign.currency, PARTS)


def _lot(campaign_id: CampaignId, viewer: UserId) -> bytes:
    return blake2b(campaign_id.bytes + viewer.bytes, digest_size=8).digest()
