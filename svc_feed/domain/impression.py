"""One showing of a promoted post to one member."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple, Self

from mesh.errors import NotFound
from mesh.ids import uuid7
from svc_feed.domain.account import day_of
from svc_feed.domain.auction import Sold
from svc_feed.domain.campaign import CampaignKey
from svc_feed.domain.ids import CampaignId, ImpressionId, UserId

GOOD_FOR = timedelta(days=1)
"""How long after it was served an impression may be told of."""


class ImpressionNotFound(NotFound):
    """Nothing was shown to the caller under this id, or it is too long ago."""

    reason = "IMPRESSION_NOT_FOUND"

    def __init__(self, impression_id: ImpressionId) -> None:
        metadata = {"impressionId": str(impression_id)}
        super().__init__(f"impression {impression_id} does not exist", metadata=metadata)


class ImpressionKey(NamedTuple):
    """Whom it was shown to, and which: together they find it on one shard."""

    viewer_id: UserId
    id: ImpressionId


class Viewer(NamedTuple):
    """A member to whom a campaign was shown."""

    advertiser_id: UserId
    campaign_id: CampaignId
    viewer_id: UserId


@dataclass(frozen=True, slots=True)
class Impression:
    """The `nth` of a campaign for a viewer on a day; `price` in thousandths of a unit.

    It is open until it is seen: as long as nobody has told that it was, the same one is served again.
    """

    viewer_id: UserId
    id: ImpressionId
    advertiser_id: UserId
    campaign_id: CampaignId
    day: date
    nth: int
    price: int
    served_at: datetime
    seen_at: datetime | None = None
    charged: bool = False
    clicked_at: datetime | None = None

    @classmethod
    def served(cls, sold: Sold, viewer: UserId, *, nth: int, at: datetime) -> Self:
        """A new one."""
        campaign, price = sold
        return cls(
            viewer_id=viewer,
            id=ImpressionId(uuid7(at)),
            advertiser_id=campaign.advertiser_id,
            campaign_id=campaign.id,
            day=day_of(at),
            nth=nth,
            price=price,
            served_at=at,
        )

    @property
    def key(self) -> ImpressionKey:
        """Where it is."""
        return ImpressionKey(self.viewer_id, self.id)

    @property
    def campaign(self) -> CampaignKey:
        """What it shows."""
        return CampaignKey(self.advertiser_id, self.campaign_id)

    @property
    def viewer(self) -> Viewer:
        """Who is shown it."""
        return Viewer(self.advertiser_id, self.campaign_id, self.viewer_id)

    def is_good(self, at: datetime) -> bool:
        """Whether it may still be told of."""
        return at < self.served_at + GOOD_FOR

    def seen(self, at: datetime, *, charged: bool) -> Self:
        """It came into view, and its campaign paid for it or could not."""
        return replace(self, seen_at=at, charged=charged)

    def clicked(self, at: datetime) -> Self:
        """It was followed."""
        return replace(self, clicked_at=at)


class Charge(NamedTuple):
    """A line of a campaign's ledger, the `number`th; `amount` and what is spent with it in thousandths of a unit."""

    advertiser_id: UserId
    campaign_id: CampaignId
    number: int
    impression_id: ImpressionId
    amount: int
    spent: int
    at: datetime

    @property
    def campaign(self) -> CampaignKey:
        """Whose ledger."""
        return CampaignKey(self.advertiser_id, self.campaign_id)


def open_or_next(shown: Collection[Impression], cap: int) -> Impression | int | None:
    """What a viewer may be shown of a campaign, given its impressions of the day.

    The one that is open, else which one would be next; None when the viewer has had as many as the cap allows.
    """
    for one in shown:
        if one.seen_at is None:
            return one
    return len(shown) + 1 if len(shown) < cap else None
