"""The RecommendationService of the contract."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.profile.v1 import recommendation_service_pb2 as pb
from guild.profile.v1.recommendation_service_pb2_grpc import RecommendationServiceServicer
from mesh.principal import current_user
from svc_profile.domain.ids import UserId
from svc_profile.domain.recommendation import Relationship, State, Tie
from svc_profile.rpc import messages
from svc_profile.usecases.recommendations import Named, Recommendations

_RELATIONSHIP = {one: pb.Relationship.Value(f"RELATIONSHIP_{one.name}") for one in Relationship}
_WORD = {number: word for word, number in _RELATIONSHIP.items()}
_STATE = {one: pb.RecommendationState.Value(f"RECOMMENDATION_STATE_{one.name}") for one in State}


@dataclass(frozen=True)
class RecommendationServicer(RecommendationServiceServicer):
    """Unpack, ask, pack."""

    recommendations: Recommendations

    async def RequestRecommendation(
        self, request: pb.RequestRecommendationRequest, context: Any
    ) -> pb.RequestRecommendationResponse:
        """Ask for a recommendation."""
        me, author = current_user(), messages.user_id(request.user_id)
        named = await self.recommendations.request(me, author, _tie(request), request.note)
        return pb.RequestRecommendationResponse(recommendation=_recommendation(named, me))

    async def WriteRecommendation(
        self, request: pb.WriteRecommendationRequest, context: Any
    ) -> pb.WriteRecommendationResponse:
        """Write about a member."""
        me, recipient = current_user(), messages.user_id(request.user_id)
        named = await self.recommendations.write(me, recipient, _tie(request), request.text)
        return pb.WriteRecommendationResponse(recommendation=_recommendation(named, me))

    async def WithdrawRecommendation(
        self, request: pb.WithdrawRecommendationRequest, context: Any
    ) -> pb.WithdrawRecommendationResponse:
        """Take the own words back."""
        me = current_user()
        await self.recommendations.drop(me, recipient=messages.user_id(request.user_id), author=me)
        return pb.WithdrawRecommendationResponse()

    async def SetRecommendationVisibility(
        self, request: pb.SetRecommendationVisibilityRequest, context: Any
    ) -> pb.SetRecommendationVisibilityResponse:
        """Show what was written, or hide it."""
        me, author = current_user(), messages.user_id(request.author_id)
        named = await self.recommendations.set_visibility(me, author, shown=request.shown)
        return pb.SetRecommendationVisibilityResponse(recommendation=_recommendation(named, me))

    async def DeleteRecommendation(
        self, request: pb.DeleteRecommendationRequest, context: Any
    ) -> pb.DeleteRecommendationResponse:
        """Delete what was written."""
        me = current_user()
        await self.recommendations.drop(me, recipient=me, author=messages.user_id(request.author_id))
        return pb.DeleteRecommendationResponse()

    async def ListRecommendations(
        self, request: pb.ListRecommendationsRequest, context: Any
    ) -> pb.ListRecommendationsResponse:
        """List what a member shows."""
        me, user_id = current_user(), messages.user_id(request.user_id)
        page = await self.recommendations.of_member(me, user_id, request.page_token, request.page_size)
        found = [_recommendation(named, me) for named in page.items]
        return pb.ListRecommendationsResponse(recommendations=found, next_page_token=page.next_page_token)

    async def ListMyRecommendations(
        self, request: pb.ListMyRecommendationsRequest, context: Any
    ) -> pb.ListMyRecommendationsResponse:
        """List the caller's."""
        me, given = current_user(), request.direction == pb.RECOMMENDATION_DIRECTION_GIVEN
        page = await self.recommendations.own(me, request.page_token, request.page_size, given=given)
        found = [_recommendation(named, me) for named in page.items]
        return pb.ListMyRecommendationsResponse(recommendations=found, next_page_token=page.next_page_token)


def _tie(request: pb.RequestRecommendationRequest | pb.WriteRecommendationRequest) -> Tie:
    return Tie(_WORD[request.relationship], UUID(request.position_id) if request.position_id else None)


def _recommendation(named: Named, me: UserId) -> pb.Recommendation:
    one = named.recommendation
    return pb.Recommendation(
        author=messages.person(named.author),
        recipient=messages.person(named.recipient),
        relationship=_RELATIONSHIP[one.tie.relationship],
        position_id=str(one.tie.position_id) if one.tie.position_id else None,
        text=one.text,
        note=one.note if me in {one.author, one.recipient} else "",
        state=_STATE[one.state],
        created_at=messages.moment(one.created_at),
        written_at=messages.moment(one.written_at),
    )
