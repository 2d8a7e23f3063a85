"""The ProfileService of the contract: what members take along when they leave."""

from dataclasses import dataclass
from typing import Any

from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceServicer
from mesh.principal import current, current_user
from svc_profile.rpc import messages
from svc_profile.rpc.privacy_messages import export
from svc_profile.usecases.closing import Closing
from svc_profile.usecases.exports import Exports


@dataclass(frozen=True)
class LeavingServicer(ProfileServiceServicer):
    """Unpack, ask, pack."""

    exports: Exports
    closing: Closing

    async def ExportMyData(self, request: pb.ExportMyDataRequest, context: Any) -> pb.ExportMyDataResponse:
        """Open an export."""
        return pb.ExportMyDataResponse(export=export(await self.exports.start(current_user())))

    async def DeleteMyAccount(self, request: pb.DeleteMyAccountRequest, context: Any) -> pb.DeleteMyAccountResponse:
        """Close the account."""
        closed = await self.closing.close(current_user(), request.password, messages.client(current()))
        return pb.DeleteMyAccountResponse(
            erasure_id=str(closed.id),
            requested_at=messages.moment(closed.requested_at),
            erase_after=messages.moment(closed.erase_after),
        )
