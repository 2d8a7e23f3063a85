"""The TrustService of the contract: accounts that nobody has."""

from dataclasses import dataclass
from typing import Any

from guild.trust.v1 import moderation_pb2 as pb
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceServicer
from svc_profile.rpc import messages
from svc_profile.rpc import trust_messages as trust
from svc_profile.usecases.canaries import Canaries


@dataclass(frozen=True)
class CanaryServicer(TrustServiceServicer):
    """Unpack, ask, pack."""

    canaries: Canaries

    async def MarkCanary(self, request: pb.MarkCanaryRequest, context: Any) -> pb.MarkCanaryResponse:
        """Make an account a canary."""
        canary = await self.canaries.mark(messages.user_id(request.user_id))
        return pb.MarkCanaryResponse(canary=trust.canary(canary))

    async def UnmarkCanary(self, request: pb.UnmarkCanaryRequest, context: Any) -> pb.UnmarkCanaryResponse:
        """Make an account a canary no more."""
        await self.canaries.unmark(messages.user_id(request.user_id))
        return pb.UnmarkCanaryResponse()

    async def ListCanaries(self, request: pb.ListCanariesRequest, context: Any) -> pb.ListCanariesResponse:
        """List canaries."""
        page = await self.canaries.latest(request.page_token, request.page_size)
        found = [trust.canary(one) for one in page.items]
        return pb.ListCanariesResponse(canaries=found, next_page_token=page.next_page_token)
