"""What happens to campaigns by itself: their time is over, their post is gone or another one."""

from collections.abc import Callable
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.events import Bus
from mesh.lifecycle import one_by_one
from svc_feed.domain.campaign import Campaign, CampaignKey
from svc_feed.domain.campaign_facts import CampaignChanged
from svc_feed.domain.ids import PostId, UserId
from svc_feed.store.campaign_events import publish_campaign
from svc_feed.store.campaigns import CampaignRepository
from svc_feed.usecases.running_campaigns import tell_changed

EVERY_SECONDS = 10.0
_AT_ONCE = 100


@dataclass(frozen=True)
class EndCampaigns:
    """Done by workers. Whoever shows or charges goes by the clock and looks at the post; here it is stored and told."""

    db: Database
    campaigns: CampaignRepository
    bus: Bus
    clock: Clock

    async def past_end(self) -> None:
        """End those whose time is over."""
        while over := await self.campaigns.past_end(self.db, self.clock.now(), _AT_ONCE):
            failed = await one_by_one("campaigns past their end", over, self._end)
            await tell_changed(self.bus)
            if failed or len(over) < _AT_ONCE:
                return

    async def of_deleted(self, author: UserId, post_id: PostId) -> None:
        """End those of a post that was deleted."""
        await self._each(author, post_id, lambda one: one.ended(at=self.clock.now()))

    async def of_changed(self, author: UserId, post_id: PostId, revision: int) -> None:
        """Have those looked at again that show a post which is another one now."""
        await self._each(author, post_id, lambda one: one.reopened(post_revision=revision, at=self.clock.now()))

    async def _each(self, author: UserId, post_id: PostId, change: Callable[[Campaign], Campaign]) -> None:
        async def work(tx: Transaction) -> bool:
            some = await self.campaigns.lock_of_post(tx, author, post_id)
            saved = [self._save(tx, before, change(before)) for before in some]
            return any(saved)

        if await self.db.transact(work):
            await tell_changed(self.bus)

    async def _end(self, key: CampaignKey) -> None:
        async def work(tx: Transaction) -> None:
            campaign = await self.campaigns.lock(tx, key)
            now = self.clock.now()
            if campaign is not None and campaign.end_at is not None and campaign.end_at <= now:
                self._save(tx, campaign, campaign.ended(at=now))

        await self.db.transact(work)

    def _save(self, tx: Transaction, before: Campaign, after: Campaign) -> bool:
        """Store what became of a locked one; whether it is another one."""
        if after is before:
            return False
        self.campaigns.save(tx, after)
        publish_campaign(tx, CampaignChanged(before, after, self.clock.now()))
        return True
