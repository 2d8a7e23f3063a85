"""What becomes of campaigns and impressions when members tell what they saw: one after the other, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from svc_feed.domain.account import day_of
from svc_feed.domain.campaign import Campaign, CampaignKey, CampaignStatus
from svc_feed.domain.ids import CampaignId, ImpressionId, UserId
from svc_feed.domain.impression import Charge, Impression, ImpressionKey, Viewer


class Told(NamedTuple):
    """What a member tells of a promoted item: that it came into view, or that it was followed."""

    viewer: UserId
    campaign_id: CampaignId
    impression_id: ImpressionId
    clicked: bool

    @property
    def key(self) -> ImpressionKey:
        """The impression it is about."""
        return ImpressionKey(self.viewer, self.impression_id)


class Counted(NamedTuple):
    """Whether it counts, the line it adds to the ledger, and the campaign before it if that made its status another."""

    counts: bool
    charge: Charge | None = None
    before: Campaign | None = None


@dataclass
class Counting:
    """Locked campaigns and impressions, with what changed of them.

    `known` are the viewers who have seen a campaign before.
    """

    campaigns: dict[CampaignKey, Campaign]
    impressions: dict[ImpressionKey, Impression]
    known: set[Viewer]
    now: datetime
    touched: set[CampaignKey] = field(default_factory=set[CampaignKey])
    told: set[ImpressionKey] = field(default_factory=set[ImpressionKey])
    lines: list[Charge] = field(default_factory=list[Charge])
    first: set[Viewer] = field(default_factory=set[Viewer])

    def count(self, told: Told) -> Counted | None:
        """Count what somebody tells; None when there is no such impression, or it may be told of no more."""
        shown = self.impressions.get(told.key)
        if shown is None or shown.campaign_id != told.campaign_id or not shown.is_good(self.now):
            return None
        if shown.campaign not in self.campaigns:
            return None
        counted = self._see(shown) if shown.seen_at is None else Counted(counts=False)
        if not told.clicked:
            return counted
        return counted._replace(counts=self._click(told.key))

    @property
    def accounts(self) -> Mapping[CampaignKey, Campaign]:
        """The campaigns that changed, in order."""
        return {key: self.campaigns[key] for key in sorted(self.touched)}

    def _see(self, shown: Impression) -> Counted:
        campaign = self.campaigns[shown.campaign]
        price = min(shown.price, campaign.bid)
        pays = campaign.pays(price, self.now)
        self._tell(shown.seen(self.now, charged=pays))
        if not pays:
            return Counted(counts=False)
        new = shown.viewer not in self.known
        self.known.add(shown.viewer)
        if new:
            self.first.add(shown.viewer)
        after = replace(campaign, account=campaign.account.charged(price, day_of(self.now), new_viewer=new))
        self._touch(after)
        line = Charge(
            *after.key,
            number=after.account.impressions,
            impression_id=shown.id,
            amount=price,
            spent=after.account.spent,
            at=self.now,
        )
        self.lines.append(line)
        exhausted = after.status(self.now) is CampaignStatus.EXHAUSTED
        return Counted(counts=True, charge=line, before=campaign if exhausted else None)

    def _click(self, key: ImpressionKey) -> bool:
        shown = self.impressions[key]
        if shown.clicked_at is not None or not shown.charged:
            return False
        self._tell(shown.clicked(self.now))
        campaign = self.campaigns[shown.campaign]
        self._touch(replace(campaign, account=campaign.account.clicked()))
        return True

    def _tell(self, shown: Impression) -> None:
        self.impressions[shown.key] = shown
        self.told.add(shown.key)

    def _touch(self, campaign: Campaign) -> None:
        self.campaigns[campaign.key] = campaign
        self.touched.add(campaign.key)
