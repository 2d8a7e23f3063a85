"""The ProfileService of the contract: handles."""

from dataclasses import dataclass
from typing import Any

from guild.profile.v1 import handle_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceServicer
from mesh.principal import current, current_user
from svc_profile.rpc import messages
from svc_profile.usecases.handles import Handles


@dataclass(frozen=True)
class HandleServicer(ProfileServiceServicer):
    """Unpack, ask, pack."""

    handles: Handles

    async def SetHandle(self, request: pb.SetHandleRequest, context: Any) -> pb.SetHandleResponse:
        """Choose the own handle."""
        return pb.SetHandleResponse(handle=await self.handles.choose(current_user(), request.handle))

    async def GetUserByHandle(self, request: pb.GetUserByHandleRequest, context: Any) -> pb.GetUserByHandleResponse:
        """Find a member."""
        profile, moved = await self.handles.find(current().user_id, request.handle)
        return pb.GetUserByHandleResponse(user=messages.profile(profile), moved=moved)
