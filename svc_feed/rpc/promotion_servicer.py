"""The PromotionService of the contract."""

from dataclasses import dataclass
from typing import Any

from guild.feed.v1 import promotion_service_pb2 as pb
from guild.feed.v1.promotion_service_pb2_grpc import PromotionServiceServicer
from mesh.clock import Clock
from mesh.principal import current, current_user
from svc_feed.domain.campaign import Campaign
from svc_feed.rpc import promotion_messages as messages
from svc_feed.usecases.campaigns import Campaigns
from svc_feed.usecases.record_impressions import RecordImpressions
from svc_feed.usecases.review_campaigns import ReviewCampaigns


@dataclass(frozen=True)
class PromotionServicer(PromotionServiceServicer):
    """Unpack, ask, pack."""

    campaigns: Campaigns
    review: ReviewCampaigns
    record: RecordImpressions
    clock: Clock

    async def CreateCampaign(self, request: pb.CreateCampaignRequest, context: Any) -> pb.CreateCampaignResponse:
        """Make a campaign."""
        plan = messages.plan(request.campaign)
        made = await self.campaigns.create(current_user(), plan, limited=current().limited)
        return pb.CreateCampaignResponse(campaign=self._campaign(made))

    async def UpdateCampaign(self, request: pb.UpdateCampaignRequest, context: Any) -> pb.UpdateCampaignResponse:
        """Change a campaign."""
        campaign_id, changes = messages.campaign_id(request.campaign.id), messages.changes(request)
        changed = await self.campaigns.update(current_user(), campaign_id, changes, request.etag)
        return pb.UpdateCampaignResponse(campaign=self._campaign(changed))

    async def PauseCampaign(self, request: pb.PauseCampaignRequest, context: Any) -> pb.PauseCampaignResponse:
        """Take a campaign out of the feed."""
        campaign_id = messages.campaign_id(request.campaign_id)
        paused = await self.campaigns.pause(current_user(), campaign_id, paused=True)
        return pb.PauseCampaignResponse(campaign=self._campaign(paused))

    async def ResumeCampaign(self, request: pb.ResumeCampaignRequest, context: Any) -> pb.ResumeCampaignResponse:
        """Let a campaign back into the feed."""
        campaign_id = messages.campaign_id(request.campaign_id)
        resumed = await self.campaigns.pause(current_user(), campaign_id, paused=False)
        return pb.ResumeCampaignResponse(campaign=self._campaign(resumed))

    async def EndCampaign(self, request: pb.EndCampaignRequest, context: Any) -> pb.EndCampaignResponse:
        """End a campaign for good."""
        ended = await self.campaigns.end(current_user(), messages.campaign_id(request.campaign_id))
        return pb.EndCampaignResponse(campaign=self._campaign(ended))

    async def ReviewCampaign(self, request: pb.ReviewCampaignRequest, context: Any) -> pb.ReviewCampaignResponse:
        """Decide about a campaign."""
        campaign_id = messages.campaign_id(request.campaign_id)
        decided = await self.review.decide(campaign_id, approved=request.approved, reason=request.reason)
        return pb.ReviewCampaignResponse(campaign=self._campaign(decided))

    async def ListCampaignsInReview(
        self, request: pb.ListCampaignsInReviewRequest, context: Any
    ) -> pb.ListCampaignsInReviewResponse:
        """List what is to be decided."""
        page = await self.review.waiting(size=request.page_size, token=request.page_token)
        return pb.ListCampaignsInReviewResponse(
            campaigns=map(self._campaign, page.items), next_page_token=page.next_page_token
        )

    async def GetCampaign(self, request: pb.GetCampaignRequest, context: Any) -> pb.GetCampaignResponse:
        """Read a campaign."""
        campaign = await self.campaigns.get(current_user(), messages.campaign_id(request.campaign_id))
        return pb.GetCampaignResponse(campaign=self._campaign(campaign))

    async def ListCampaigns(self, request: pb.ListCampaignsRequest, context: Any) -> pb.ListCampaignsResponse:
        """List the caller's campaigns."""
        only = messages.statuses(request.status)
        page = await self.campaigns.of_advertiser(
            current_user(), only, size=request.page_size, token=request.page_token
        )
        return pb.ListCampaignsResponse(campaigns=map(self._campaign, page.items), next_page_token=page.next_page_token)

    async def GetCampaignStats(self, request: pb.GetCampaignStatsRequest, context: Any) -> pb.GetCampaignStatsResponse:
        """Tell how a campaign does."""
        campaign = await self.campaigns.get(current_user(), messages.campaign_id(request.campaign_id))
        return messages.stats(campaign, self.clock.now())

    async def ListCharges(self, request: pb.ListChargesRequest, context: Any) -> pb.ListChargesResponse:
        """List what a campaign was charged for."""
        campaign, page = await self.campaigns.charges(
            current_user(),
            messages.campaign_id(request.campaign_id),
            size=request.page_size,
            token=request.page_token,
        )
        charges = [messages.charge(line, campaign.currency) for line in page.items]
        return pb.ListChargesResponse(charges=charges, next_page_token=page.next_page_token)

    async def RecordImpression(self, request: pb.RecordImpressionRequest, context: Any) -> pb.RecordImpressionResponse:
        """Count an impression."""
        counted = await self.record.seen(current_user(), *messages.shown(request))
        return pb.RecordImpressionResponse(counted=counted)

    async def RecordClick(self, request: pb.RecordClickRequest, context: Any) -> pb.RecordClickResponse:
        """Count a click."""
        counted = await self.record.clicked(current_user(), *messages.shown(request))
        return pb.RecordClickResponse(counted=counted)

    def _campaign(self, value: Campaign) -> pb.Campaign:
        return messages.campaign(value, self.clock.now())
