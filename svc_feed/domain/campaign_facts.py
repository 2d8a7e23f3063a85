"""What happened to campaigns, as the other services hear of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from svc_feed.domain.campaign import Campaign, CampaignStatus
from svc_feed.domain.impression import Charge


@dataclass(frozen=True, slots=True)
class CampaignChanged:
    """A campaign is another one than it was, or there is a new one where `before` is None."""

    before: Campaign | None
    after: Campaign
    at: datetime

    @property
    def status(self) -> CampaignStatus:
        """Where it is in its life."""
        return self.after.status(self.at)

    @property
    def previous(self) -> CampaignStatus | None:
        """Where it was before: up to its end, where that is what has changed."""
        if self.before is None:
            return None
        end = self.before.end_at
        return self.before.status(self.at if end is None or self.at < end else end - timedelta.resolution)


@dataclass(frozen=True, slots=True)
class ImpressionCharged:
    """A campaign paid for an impression."""

    charge: Charge
    currency: str
