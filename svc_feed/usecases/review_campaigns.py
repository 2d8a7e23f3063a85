"""What operators decide about campaigns."""

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.ids import uuid7
from mesh.principal import current_operator
from svc_feed.domain.campaign import Campaign, CampaignKey
from svc_feed.domain.campaign_errors import CampaignNotFound
from svc_feed.domain.campaign_facts import CampaignChanged
from svc_feed.domain.ids import CampaignId
from svc_feed.peers.audit import OperatorLog
from svc_feed.store.campaign_events import publish_campaign
from svc_feed.store.campaigns import CampaignRepository
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.running_campaigns import RunningCampaigns


@dataclass(frozen=True)
class ReviewCampaigns:
    """A decision is a line with the name of the operator in the transaction of the decision, and in the audit log."""

    db: Database
    campaigns: CampaignRepository
    posts: PostRepository
    running: RunningCampaigns
    audit: OperatorLog
    pager: Pager
    clock: Clock

    async def decide(self, campaign_id: CampaignId, *, approved: bool, reason: str) -> Campaign:
        """Let it be shown, or not, with its post as it is now; raises CampaignNotFound, CampaignEnded, Unavailable."""
        advertiser = await self.campaigns.advertiser_of(self.db, campaign_id)
        if advertiser is None:
            raise CampaignNotFound(campaign_id)
        await self.audit.note_review(advertiser)
        key = CampaignKey(advertiser, campaign_id)

        async def work(tx: Transaction) -> Campaign:
            now, before = self.clock.now(), await self.campaigns.lock(tx, key)
            post = await self.posts.lock_kept(tx, advertiser, before.post_id) if before else None
            if before is None or post is None:
                raise CampaignNotFound(campaign_id)
            after = before.decided(approved=approved, reason=reason, post_revision=post.revision, at=now)
            if after is before:
                return before
            self.campaigns.save(tx, after)
            self.campaigns.note(
                tx,
                advertiser_id=advertiser,
                campaign_id=campaign_id,
                id=uuid7(),
                operator=current_operator(),
                approved=approved,
                reason=reason,
                post_revision=post.revision,
                reviewed_at=now,
            )
            publish_campaign(tx, CampaignChanged(before, after, now))
            tx.on_commit(self.running.changed)
            return after

        return await self.db.transact(work)

    async def waiting(self, *, size: int, token: str) -> Page[Campaign]:
        """Those that wait for a decision, the oldest first."""
        now = self.clock.now()

        async def dress(found: Sequence[Campaign]) -> list[Campaign | None]:
            return [one if one.awaits_review(now) else None for one in found]

        return await self.pager.page(
            token, size, "campaigns in review", self.campaigns.in_review(self.db).dressed(dress)
        )
