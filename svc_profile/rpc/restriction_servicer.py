"""The TrustService of the contract: what operators decide, and what they did."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.trust.v1 import moderation_pb2
from guild.trust.v1 import trust_service_pb2 as pb
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceServicer
from svc_profile.domain.ids import DecisionId
from svc_profile.rpc import messages
from svc_profile.rpc import trust_messages as trust
from svc_profile.usecases.audit import Audit
from svc_profile.usecases.restrictions import Restrictions


@dataclass(frozen=True)
class RestrictionServicer(TrustServiceServicer):
    """Unpack, ask, pack."""

    restrictions: Restrictions
    audit: Audit

    async def SetRestriction(self, request: pb.SetRestrictionRequest, context: Any) -> pb.SetRestrictionResponse:
        """Restrict a member, or lift all."""
        user_id, kind = messages.user_id(request.user_id), trust.restriction_kind(request.kind)
        if kind is None:
            await self.restrictions.lift_all(user_id, request.reason)
            return pb.SetRestrictionResponse(restriction=trust.nothing_restricted(request.user_id))
        restricted, held = await self.restrictions.set(
            user_id,
            kind,
            reason=request.reason,
            explanation=request.explanation,
            until=trust.given(request, "expires_at"),
        )
        in_force = [trust.restriction(one) for one in held]
        return pb.SetRestrictionResponse(restriction=trust.restriction(restricted), in_force=in_force)

    async def LiftRestriction(self, request: pb.LiftRestrictionRequest, context: Any) -> pb.LiftRestrictionResponse:
        """Lift one restriction."""
        user_id, restriction_id = messages.user_id(request.user_id), DecisionId(UUID(request.restriction_id))
        lifted, held = await self.restrictions.lift(user_id, restriction_id, request.reason)
        in_force = [trust.restriction(one) for one in held]
        return pb.LiftRestrictionResponse(restriction=trust.restriction(lifted), in_force=in_force)

    async def RecordAction(
        self, request: moderation_pb2.RecordActionRequest, context: Any
    ) -> moderation_pb2.RecordActionResponse:
        """Note what an operator does at another service."""
        kind, user_id = trust.action_kind(request.kind), messages.user_id(request.user_id)
        await self.audit.record(UUID(request.id), request.operator, kind, user_id)
        return moderation_pb2.RecordActionResponse()

    async def ListActions(
        self, request: moderation_pb2.ListActionsRequest, context: Any
    ) -> moderation_pb2.ListActionsResponse:
        """List what operators did."""
        about = messages.user_id(request.user_id) if request.user_id else None
        page = await self.audit.newest(request.page_token, request.page_size, operator=request.operator, user_id=about)
        actions = [trust.action(one) for one in page.items]
        return moderation_pb2.ListActionsResponse(actions=actions, next_page_token=page.next_page_token)
