"""The ProfileService of the contract: the picture."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceServicer
from mesh.principal import current_user
from svc_profile.rpc import messages
from svc_profile.usecases.pictures import Pictures


@dataclass(frozen=True)
class PictureServicer(ProfileServiceServicer):
    """Unpack, ask, pack."""

    pictures: Pictures

    async def SetProfilePicture(
        self, request: pb.SetProfilePictureRequest, context: Any
    ) -> pb.SetProfilePictureResponse:
        """Show a picture."""
        profile = await self.pictures.choose(current_user(), UUID(request.media_id), request.etag)
        return pb.SetProfilePictureResponse(user=messages.profile(profile))
