"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.feed.v1 import promotion_service_pb2 as _guild_feed_v1_promotion_service_pb2

class PromotionServiceStub:
    """Campaigns show a public post of the advertiser to members it is aimed at, for money, within a budget. A campaign exists for
    its advertiser only: others get NOT_FOUND CAMPAIGN_NOT_FOUND. Each place is sold in an auction: the campaign with the
    greatest product of bid and expected rate of clicks has it, and pays as much as it takes to be shown before the next.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    CreateCampaign: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_promotion_service_pb2.CreateCampaignRequest, _guild_feed_v1_promotion_service_pb2.CreateCampaignResponse]
    UpdateCampaign: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_promotion_service_pb2.UpdateCampaignRequest, _guild_feed_v1_promotion_service_pb2.UpdateCampaignResponse]
    PauseCampaign: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_promotion_service_pb2.PauseCampaignRequest, _guild_feed_v1_promotion_service_pb2.PauseCampaignResponse]
    ResumeCampaign: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_promotion_service_pb2.ResumeCampaignRequest, _guild_feed_v1_promotion_service_pb2.ResumeCampaignResponse]
    EndCampaign: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_promotion_service_pb2.EndCampaignRequest, _guild_feed_v1_promotion_service_pb2.EndCampaignResponse]
    ReviewCampaign: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_promotion_service_pb2.ReviewCampaignRequest, _guild_feed_v1_promotion_service_pb2.ReviewCampaignResponse]
    ListCampaignsInReview: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_promotion_service_pb2.ListCampaignsInReviewRequest, _guild_feed_v1_promotion_service_pb2.ListCampaignsInReviewResponse]
    ListCharges: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_promotion_service_pb2.ListChargesRequest, _guild_feed_v1_promotion_service_pb2.ListChargesResponse]
    GetCampaign: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_promotion_service_pb2.GetCampaignRequest, _guild_feed_v1_promotion_service_pb2.GetCampaignResponse]
    ListCampaigns: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_promotion_service_pb2.ListCampaignsRequest, _guild_feed_v1_promotion_service_pb2.ListCampaignsResponse]
    GetCampaignStats: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_promotion_service_pb2.GetCampaignStatsRequest, _guild_feed_v1_promotion_service_pb2.GetCampaignStatsResponse]
    RecordImpression: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_promotion_service_pb2.RecordImpressionRequest, _guild_feed_v1_promotion_service_pb2.RecordImpressionResponse]
    RecordClick: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_promotion_service_pb2.RecordClickRequest, _guild_feed_v1_promotion_service_pb2.RecordClickResponse]

class PromotionServiceServicer:
    """Campaigns show a public post of the advertiser to members it is aimed at, for money, within a budget. A campaign exists for
    its advertiser only: others get NOT_FOUND CAMPAIGN_NOT_FOUND. Each place is sold in an auction: the campaign with the
    greatest product of bid and expected rate of clicks has it, and pays as much as it takes to be shown before the next.
    """
    async def CreateCampaign(
        self, request: _guild_feed_v1_promotion_service_pb2.CreateCampaignRequest, context: _aio.ServicerContext[_guild_feed_v1_promotion_service_pb2.CreateCampaignRequest, _guild_feed_v1_promotion_service_pb2.CreateCampaignResponse]
    ) -> _guild_feed_v1_promotion_service_pb2.CreateCampaignResponse:
        """Makes a campaign for a public post of the caller. Somebody looks at it before it is shown, and again when its name, its
        targeting or the post changes.

        Callers: members. Errors: POST_NOT_FOUND, POST_NOT_PUBLIC, NOT_THE_AUTHOR, CURRENCY_MISMATCH, ACCOUNT_RESTRICTED.
        Repeatable with an idempotency key.
        """
        ...
    async def UpdateCampaign(
        self, request: _guild_feed_v1_promotion_service_pb2.UpdateCampaignRequest, context: _aio.ServicerContext[_guild_feed_v1_promotion_service_pb2.UpdateCampaignRequest, _guild_feed_v1_promotion_service_pb2.UpdateCampaignResponse]
    ) -> _guild_feed_v1_promotion_service_pb2.UpdateCampaignResponse:
        """Changes a campaign. Setting the status to active resumes a paused one; a budget that is raised revives one that had
        spent it.

        Callers: its advertiser. Errors: CAMPAIGN_NOT_FOUND, CAMPAIGN_ENDED, BUDGET_BELOW_SPENT, CURRENCY_MISMATCH,
        FIELD_NOT_UPDATABLE. Repeatable with an idempotency key.
        """
        ...
    async def PauseCampaign(
        self, request: _guild_feed_v1_promotion_service_pb2.PauseCampaignRequest, context: _aio.ServicerContext[_guild_feed_v1_promotion_service_pb2.PauseCampaignRequest, _guild_feed_v1_promotion_service_pb2.PauseCampaignResponse]
    ) -> _guild_feed_v1_promotion_service_pb2.PauseCampaignResponse:
        """Takes a campaign out of the feed until it is resumed.

        Callers: its advertiser. Errors: CAMPAIGN_NOT_FOUND, CAMPAIGN_ENDED. Repeatable with an idempotency key.
        """
        ...
    async def ResumeCampaign(
        self, request: _guild_feed_v1_promotion_service_pb2.ResumeCampaignRequest, context: _aio.ServicerContext[_guild_feed_v1_promotion_service_pb2.ResumeCampaignRequest, _guild_feed_v1_promotion_service_pb2.ResumeCampaignResponse]
    ) -> _guild_feed_v1_promotion_service_pb2.ResumeCampaignResponse:
        """Puts a paused campaign back into the feed. One that is not paused stays as it is.

        Callers: its advertiser. Errors: CAMPAIGN_NOT_FOUND, CAMPAIGN_ENDED. A repeat changes nothing.
        """
        ...
    async def EndCampaign(
        self, request: _guild_feed_v1_promotion_service_pb2.EndCampaignRequest, context: _aio.ServicerContext[_guild_feed_v1_promotion_service_pb2.EndCampaignRequest, _guild_feed_v1_promotion_service_pb2.EndCampaignResponse]
    ) -> _guild_feed_v1_promotion_service_pb2.EndCampaignResponse:
        """Ends a campaign for good; what is left of its budget is not spent.

        Callers: its advertiser. Errors: CAMPAIGN_NOT_FOUND. A repeat changes nothing.
        """
        ...
    async def ReviewCampaign(
        self, request: _guild_feed_v1_promotion_service_pb2.ReviewCampaignRequest, context: _aio.ServicerContext[_guild_feed_v1_promotion_service_pb2.ReviewCampaignRequest, _guild_feed_v1_promotion_service_pb2.ReviewCampaignResponse]
    ) -> _guild_feed_v1_promotion_service_pb2.ReviewCampaignResponse:
        """Lets a campaign be shown, or refuses it with a reason that its advertiser is told.

        Callers: operators. Errors: CAMPAIGN_NOT_FOUND, CAMPAIGN_ENDED. A repeat changes nothing.
        """
        ...
    async def ListCampaignsInReview(
        self, request: _guild_feed_v1_promotion_service_pb2.ListCampaignsInReviewRequest, context: _aio.ServicerContext[_guild_feed_v1_promotion_service_pb2.ListCampaignsInReviewRequest, _guild_feed_v1_promotion_service_pb2.ListCampaignsInReviewResponse]
    ) -> _guild_feed_v1_promotion_service_pb2.ListCampaignsInReviewResponse:
        """Lists the campaigns that wait for a decision, those made first first.

        Callers: operators. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def ListCharges(
        self, request: _guild_feed_v1_promotion_service_pb2.ListChargesRequest, context: _aio.ServicerContext[_guild_feed_v1_promotion_service_pb2.ListChargesRequest, _guild_feed_v1_promotion_service_pb2.ListChargesResponse]
    ) -> _guild_feed_v1_promotion_service_pb2.ListChargesResponse:
        """Lists what a campaign was charged for, newest first.

        Callers: its advertiser. Errors: CAMPAIGN_NOT_FOUND, PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def GetCampaign(
        self, request: _guild_feed_v1_promotion_service_pb2.GetCampaignRequest, context: _aio.ServicerContext[_guild_feed_v1_promotion_service_pb2.GetCampaignRequest, _guild_feed_v1_promotion_service_pb2.GetCampaignResponse]
    ) -> _guild_feed_v1_promotion_service_pb2.GetCampaignResponse:
        """Reads a campaign.

        Callers: its advertiser. Errors: CAMPAIGN_NOT_FOUND. Reads only.
        """
        ...
    async def ListCampaigns(
        self, request: _guild_feed_v1_promotion_service_pb2.ListCampaignsRequest, context: _aio.ServicerContext[_guild_feed_v1_promotion_service_pb2.ListCampaignsRequest, _guild_feed_v1_promotion_service_pb2.ListCampaignsResponse]
    ) -> _guild_feed_v1_promotion_service_pb2.ListCampaignsResponse:
        """Lists the caller's campaigns, newest first.

        Callers: members. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def GetCampaignStats(
        self, request: _guild_feed_v1_promotion_service_pb2.GetCampaignStatsRequest, context: _aio.ServicerContext[_guild_feed_v1_promotion_service_pb2.GetCampaignStatsRequest, _guild_feed_v1_promotion_service_pb2.GetCampaignStatsResponse]
    ) -> _guild_feed_v1_promotion_service_pb2.GetCampaignStatsResponse:
        """Reads how a campaign does.

        Callers: its advertiser. Errors: CAMPAIGN_NOT_FOUND. Reads only.
        """
        ...
    async def RecordImpression(
        self, request: _guild_feed_v1_promotion_service_pb2.RecordImpressionRequest, context: _aio.ServicerContext[_guild_feed_v1_promotion_service_pb2.RecordImpressionRequest, _guild_feed_v1_promotion_service_pb2.RecordImpressionResponse]
    ) -> _guild_feed_v1_promotion_service_pb2.RecordImpressionResponse:
        """Tells that a promoted item came into the caller's view. It is counted and charged once for each impression id, within a
        day after the item was shown, and as long as the campaign's budgets pay for it.

        Callers: members to whom the item was shown. Errors: CAMPAIGN_NOT_FOUND, IMPRESSION_NOT_FOUND. A repeat changes nothing.
        """
        ...
    async def RecordClick(
        self, request: _guild_feed_v1_promotion_service_pb2.RecordClickRequest, context: _aio.ServicerContext[_guild_feed_v1_promotion_service_pb2.RecordClickRequest, _guild_feed_v1_promotion_service_pb2.RecordClickResponse]
    ) -> _guild_feed_v1_promotion_service_pb2.RecordClickResponse:
        """Tells that the caller followed a promoted item. It is counted once for each impression id, and tells as well that the
        item came into view.

        Callers: members to whom the item was shown. Errors: CAMPAIGN_NOT_FOUND, IMPRESSION_NOT_FOUND. A repeat changes nothing.
        """
        ...

def add_PromotionServiceServicer_to_server(
    servicer: PromotionServiceServicer, server: _typing.Any
) -> None: ...
