"""The TrustService of the contract: what members hear of decisions, and say against them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.trust.v1 import moderation_pb2 as pb
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceServicer
from mesh.principal import current_user
from svc_profile.domain.ids import DecisionId
from svc_profile.rpc import messages
from svc_profile.rpc import trust_messages as trust
from svc_profile.usecases.appeals import Appeals


@dataclass(frozen=True)
class AppealServicer(TrustServiceServicer):
    """Unpack, ask, pack."""

    appeals: Appeals

    async def ListMyDecisions(self, request: pb.ListMyDecisionsRequest, context: Any) -> pb.ListMyDecisionsResponse:
        """List what was decided about the caller."""
        page = await self.appeals.decided(current_user(), request.page_token, request.page_size)
        decisions = [trust.decision(*one) for one in page.items]
        return pb.ListMyDecisionsResponse(decisions=decisions, next_page_token=page.next_page_token)

    async def CreateAppeal(self, request: pb.CreateAppealRequest, context: Any) -> pb.CreateAppealResponse:
        """Object to a decision."""
        appeal = await self.appeals.create(current_user(), DecisionId(UUID(request.decision_id)), request.text)
        return pb.CreateAppealResponse(appeal=trust.appeal(appeal))

    async def ListAppeals(self, request: pb.ListAppealsRequest, context: Any) -> pb.ListAppealsResponse:
        """List what members object to."""
        page = await self.appeals.oldest(trust.appeal_state(request.state), request.page_token, request.page_size)
        appeals = [trust.appeal(one) for one in page.items]
        return pb.ListAppealsResponse(appeals=appeals, next_page_token=page.next_page_token)

    async def ResolveAppeal(self, request: pb.ResolveAppealRequest, context: Any) -> pb.ResolveAppealResponse:
        """Decide an appeal."""
        user_id, decision_id = messages.user_id(request.user_id), DecisionId(UUID(request.decision_id))
        outcome = trust.appeal_state(request.outcome)
        appeal = await self.appeals.resolve(user_id, decision_id, outcome, request.answer)
        return pb.ResolveAppealResponse(appeal=trust.appeal(appeal))
