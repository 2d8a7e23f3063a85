"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.profile.v1 import recommendation_service_pb2 as _guild_profile_v1_recommendation_service_pb2

class RecommendationServiceStub:
    """What members write about each other for others to read. Between two members there is one recommendation each way; it is
    named by the two. It is written between connections, shown when its recipient shows it, and goes when one blocks the other.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    RequestRecommendation: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_recommendation_service_pb2.RequestRecommendationRequest, _guild_profile_v1_recommendation_service_pb2.RequestRecommendationResponse]
    WriteRecommendation: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_recommendation_service_pb2.WriteRecommendationRequest, _guild_profile_v1_recommendation_service_pb2.WriteRecommendationResponse]
    WithdrawRecommendation: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_recommendation_service_pb2.WithdrawRecommendationRequest, _guild_profile_v1_recommendation_service_pb2.WithdrawRecommendationResponse]
    SetRecommendationVisibility: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_recommendation_service_pb2.SetRecommendationVisibilityRequest, _guild_profile_v1_recommendation_service_pb2.SetRecommendationVisibilityResponse]
    DeleteRecommendation: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_recommendation_service_pb2.DeleteRecommendationRequest, _guild_profile_v1_recommendation_service_pb2.DeleteRecommendationResponse]
    ListRecommendations: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_recommendation_service_pb2.ListRecommendationsRequest, _guild_profile_v1_recommendation_service_pb2.ListRecommendationsResponse]
    ListMyRecommendations: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_recommendation_service_pb2.ListMyRecommendationsRequest, _guild_profile_v1_recommendation_service_pb2.ListMyRecommendationsResponse]

class RecommendationServiceServicer:
    """What members write about each other for others to read. Between two members there is one recommendation each way; it is
    named by the two. It is written between connections, shown when its recipient shows it, and goes when one blocks the other.
    """
    async def RequestRecommendation(
        self, request: _guild_profile_v1_recommendation_service_pb2.RequestRecommendationRequest, context: _aio.ServicerContext[_guild_profile_v1_recommendation_service_pb2.RequestRecommendationRequest, _guild_profile_v1_recommendation_service_pb2.RequestRecommendationResponse]
    ) -> _guild_profile_v1_recommendation_service_pb2.RequestRecommendationResponse:
        """Asks a connection to recommend the caller. What they have written already is left as it is.

        A signed-in member who is connected to the other may call it. Errors: NOT_FOUND (USER_NOT_FOUND, POSITION_NOT_FOUND),
        FAILED_PRECONDITION (NOT_CONNECTED), INVALID_ARGUMENT (CANNOT_RECOMMEND_SELF). Repeatable with an idempotency key.
        """
        ...
    async def WriteRecommendation(
        self, request: _guild_profile_v1_recommendation_service_pb2.WriteRecommendationRequest, context: _aio.ServicerContext[_guild_profile_v1_recommendation_service_pb2.WriteRecommendationRequest, _guild_profile_v1_recommendation_service_pb2.WriteRecommendationResponse]
    ) -> _guild_profile_v1_recommendation_service_pb2.WriteRecommendationResponse:
        """Recommends a connection, asked or not, or writes the recommendation anew: what is another text than before goes back to its
        recipient for review.

        A signed-in member who is connected to the other may call it. Errors: NOT_FOUND (USER_NOT_FOUND, POSITION_NOT_FOUND),
        FAILED_PRECONDITION (NOT_CONNECTED), INVALID_ARGUMENT (CANNOT_RECOMMEND_SELF). Repeatable with an idempotency key.
        """
        ...
    async def WithdrawRecommendation(
        self, request: _guild_profile_v1_recommendation_service_pb2.WithdrawRecommendationRequest, context: _aio.ServicerContext[_guild_profile_v1_recommendation_service_pb2.WithdrawRecommendationRequest, _guild_profile_v1_recommendation_service_pb2.WithdrawRecommendationResponse]
    ) -> _guild_profile_v1_recommendation_service_pb2.WithdrawRecommendationResponse:
        """Takes the caller's recommendation of a member back, or declines their request.

        A signed-in member may call it. Errors: NOT_FOUND (RECOMMENDATION_NOT_FOUND). A repeat changes nothing.
        """
        ...
    async def SetRecommendationVisibility(
        self, request: _guild_profile_v1_recommendation_service_pb2.SetRecommendationVisibilityRequest, context: _aio.ServicerContext[_guild_profile_v1_recommendation_service_pb2.SetRecommendationVisibilityRequest, _guild_profile_v1_recommendation_service_pb2.SetRecommendationVisibilityResponse]
    ) -> _guild_profile_v1_recommendation_service_pb2.SetRecommendationVisibilityResponse:
        """Shows a recommendation of the caller to others, or hides it.

        The recipient may call it. Errors: NOT_FOUND (RECOMMENDATION_NOT_FOUND), FAILED_PRECONDITION (RECOMMENDATION_NOT_WRITTEN)
        for a mere request. Idempotent.
        """
        ...
    async def DeleteRecommendation(
        self, request: _guild_profile_v1_recommendation_service_pb2.DeleteRecommendationRequest, context: _aio.ServicerContext[_guild_profile_v1_recommendation_service_pb2.DeleteRecommendationRequest, _guild_profile_v1_recommendation_service_pb2.DeleteRecommendationResponse]
    ) -> _guild_profile_v1_recommendation_service_pb2.DeleteRecommendationResponse:
        """Deletes a recommendation of the caller, or their request for one.

        The recipient may call it. Errors: NOT_FOUND (RECOMMENDATION_NOT_FOUND). A repeat changes nothing.
        """
        ...
    async def ListRecommendations(
        self, request: _guild_profile_v1_recommendation_service_pb2.ListRecommendationsRequest, context: _aio.ServicerContext[_guild_profile_v1_recommendation_service_pb2.ListRecommendationsRequest, _guild_profile_v1_recommendation_service_pb2.ListRecommendationsResponse]
    ) -> _guild_profile_v1_recommendation_service_pb2.ListRecommendationsResponse:
        """Lists the recommendations that a member shows, the last written first.

        A signed-in member may call it. Errors: NOT_FOUND (USER_NOT_FOUND), INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def ListMyRecommendations(
        self, request: _guild_profile_v1_recommendation_service_pb2.ListMyRecommendationsRequest, context: _aio.ServicerContext[_guild_profile_v1_recommendation_service_pb2.ListMyRecommendationsRequest, _guild_profile_v1_recommendation_service_pb2.ListMyRecommendationsResponse]
    ) -> _guild_profile_v1_recommendation_service_pb2.ListMyRecommendationsResponse:
        """Lists the recommendations of the caller, or those the caller wrote, requests among them; the newest first.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...

def add_RecommendationServiceServicer_to_server(
    servicer: RecommendationServiceServicer, server: _typing.Any
) -> None: ...
