"""The ConnectionService of the contract: mutes, and the list of blocks."""

from dataclasses import dataclass
from typing import Any

from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1 import mute_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceServicer
from mesh.principal import current_user
from svc_profile.rpc import messages
from svc_profile.usecases.quiet import Quiet


@dataclass(frozen=True)
class QuietServicer(ConnectionServiceServicer):
    """Unpack, ask, pack."""

    quiet: Quiet

    async def MuteUser(self, request: pb.MuteUserRequest, context: Any) -> pb.MuteUserResponse:
        """Mute a member."""
        since = await self.quiet.mute(current_user(), messages.user_id(request.user_id))
        return pb.MuteUserResponse(muted_at=messages.moment(since))

    async def UnmuteUser(self, request: pb.UnmuteUserRequest, context: Any) -> pb.UnmuteUserResponse:
        """Lift a mute."""
        await self.quiet.unmute(current_user(), messages.user_id(request.user_id))
        return pb.UnmuteUserResponse()

    async def ListMutes(self, request: pb.ListMutesRequest, context: Any) -> pb.ListMutesResponse:
        """List whom the caller mutes."""
        page = await self.quiet.muted(current_user(), request.page_token, request.page_size)
        found = [pb.MutedUser(user=messages.person(user), muted_at=messages.moment(at)) for user, at in page.items]
        return pb.ListMutesResponse(mutes=found, next_page_token=page.next_page_token)

    async def ListBlocks(self, request: graph.ListBlocksRequest, context: Any) -> graph.ListBlocksResponse:
        """List whom the caller blocks."""
        page = await self.quiet.blocked(current_user(), request.page_token, request.page_size)
        found = [
            graph.BlockedUser(user=messages.person(user), blocked_at=messages.moment(at)) for user, at in page.items
        ]
        return graph.ListBlocksResponse(blocks=found, next_page_token=page.next_page_token)
