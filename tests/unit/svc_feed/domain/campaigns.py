"""Campaigns that run, for tests of what becomes of them."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

from mesh.ids import uuid7
from svc_feed.domain.account import Account
from svc_feed.domain.campaign import Campaign, Pacing, Review
from svc_feed.domain.ids import CampaignId, PostId, UserId

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MIDNIGHT = NOON.replace(hour=0)

_ONE = Campaign(
    id=CampaignId(uuid7()),
    advertiser_id=UserId(uuid7()),
    post_id=PostId(uuid7()),
    name="spring",
    currency="EUR",
    budget=1_000,
    cost_per_mille=500,
    start_at=MIDNIGHT,
    created_at=MIDNIGHT,
    updated_at=MIDNIGHT,
    review=Review.APPROVED,
    pacing=Pacing.ACCELERATED,
)


def running(**fields: Any) -> Campaign:
    """A campaign of its own advertiser, with other fields; `spent` today, `impressions`, `clicks` are its account."""
    account = {name: fields.pop(name) for name in ("spent", "impressions", "clicks") if name in fields}
    day = {"day": NOON.date(), "spent_on_day": account["spent"]} if "spent" in account else {}
    ids = {"id": CampaignId(uuid7()), "advertiser_id": UserId(uuid7())}
    return dataclasses.replace(_ONE, account=Account(**account, **day), **ids | fields)
