"""Make, change, read campaigns, and what they were charged for."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from svc_feed.domain.author import AccountRestricted
from svc_feed.domain.campaign import Campaign, CampaignKey, CampaignStatus
from svc_feed.domain.campaign_edits import Plan, edited, planned
from svc_feed.domain.campaign_errors import CampaignNotFound
from svc_feed.domain.campaign_facts import CampaignChanged
from svc_feed.domain.ids import CampaignId, UserId
from svc_feed.domain.impression import Charge
from svc_feed.store.campaign_events import publish_campaign
from svc_feed.store.campaigns import CampaignRepository
from svc_feed.store.impressions import ImpressionRepository
from svc_feed.usecases.find_post import FindPost
from svc_feed.usecases.running_campaigns import RunningCampaigns


@dataclass(frozen=True)
class Campaigns:
    """A campaign is its advertiser's; everybody else is told CampaignNotFound, as of one that is not there.

    `reviewed` where nobody looks at campaigns before they are shown.
    """

    db: Database
    campaigns: CampaignRepository
    impressions: ImpressionRepository
    find: FindPost
    running: RunningCampaigns
    pager: Pager
    clock: Clock
    reviewed: bool

    async def create(self, me: UserId, plan: Plan, *, limited: bool) -> Campaign:
        """A new one; `limited` where the account is.

        Raises AccountRestricted, PostNotFound, and as `planned`.
        """
        if limited:
            raise AccountRestricted("an account that is limited promotes nothing")
        place = await self.find.place(me, plan.post_id)

        async def work(tx: Transaction) -> Campaign:
            post, now = await self.find.locked(tx, place), self.clock.now()
            campaign = planned(plan, post, by=me, at=now, reviewed=self.reviewed)
            self.campaigns.add(tx, campaign)
            self._changed(tx, None, campaign, me)
            return campaign

        return await self.db.transact(work)

    async def update(self, me: UserId, campaign_id: CampaignId, changes: Mapping[str, Any], etag: str) -> Campaign:
        """Replace the named fields; what changes nothing has no effects. Raises CampaignNotFound, and as `edited`."""

        def change(campaign: Campaign) -> Campaign:
            return edited(campaign, changes, at=self.clock.now(), etag=etag, reviewed=self.reviewed)

        return await self._change(me, campaign_id, change)

    async def pause(self, me: UserId, campaign_id: CampaignId, *, paused: bool) -> Campaign:
        """Take it out of the feed, or let it back in; raises CampaignNotFound, CampaignEnded."""
        return await self._change(me, campaign_id, lambda one: one.with_paused(paused=paused, at=self.clock.now()))

    async def end(self, me: UserId, campaign_id: CampaignId) -> Campaign:
        """End it for good; raises CampaignNotFound."""
        return await self._change(me, campaign_id, lambda one: one.ended(at=self.clock.now()))

    async def get(self, me: UserId, campaign_id: CampaignId) -> Campaign:
        """One of the caller's; raises CampaignNotFound."""
        campaign = await self.campaigns.find(self.db, CampaignKey(me, campaign_id))
        if campaign is None:
            raise CampaignNotFound(campaign_id)
        return campaign

    async def of_advertiser(
        self, me: UserId, only: Collection[CampaignStatus], *, size: int, token: str
    ) -> Page[Campaign]:
        """The caller's that are in some states, newest first."""
        now, listing = self.clock.now(), self.campaigns.of_advertiser(self.db, me)

        async def dress(found: Sequence[Campaign]) -> list[Campaign | None]:
            return [one if one.status(now) in only else None for one in found]

        return await self.pager.page(token, size, f"campaigns/{me}/{','.join(sorted(only))}", listing.dressed(dress))

    async def charges(
        self, me: UserId, campaign_id: CampaignId, *, size: int, token: str
    ) -> tuple[Campaign, Page[Charge]]:
        """What one of the caller's was charged for, newest first; raises CampaignNotFound."""
        campaign = await self.get(me, campaign_id)
        listing = self.impressions.charges(self.db, CampaignKey(me, campaign_id))
        return campaign, await self.pager.page(token, size, f"charges/{campaign_id}", listing)

    async def _change(self, me: UserId, campaign_id: CampaignId, change: Callable[[Campaign], Campaign]) -> Campaign:
        async def work(tx: Transaction) -> Campaign:
            before = await self.campaigns.lock(tx, CampaignKey(me, campaign_id))
            if before is None:
                raise CampaignNotFound(campaign_id)
            after = change(before)
            if after is not before:
                self.campaigns.save(tx, after)
                self._changed(tx, before, after, me)
            return after

        return await self.db.transact(work)

    def _changed(self, tx: Transaction, before: Campaign | None, after: Campaign, me: UserId) -> None:
        publish_campaign(tx, CampaignChanged(before, after, self.clock.now()), by=me)
        tx.on_commit(self.running.changed)
