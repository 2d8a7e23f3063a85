"""The PrivacyService of the contract."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.privacy.v1 import privacy_service_pb2 as pb
from guild.privacy.v1.privacy_service_pb2_grpc import PrivacyServiceServicer
from mesh.principal import current_user
from svc_profile.rpc import privacy_messages as messages
from svc_profile.usecases.closing import Closing
from svc_profile.usecases.exports import Exports

ZIP = "application/zip"


@dataclass(frozen=True)
class PrivacyServicer(PrivacyServiceServicer):
    """Unpack, ask, pack."""

    exports: Exports
    closing: Closing

    async def StartExport(self, request: pb.StartExportRequest, context: Any) -> pb.StartExportResponse:
        """Open an export."""
        return pb.StartExportResponse(export=messages.export(await self.exports.start(current_user())))

    async def GetExport(self, request: pb.GetExportRequest, context: Any) -> pb.GetExportResponse:
        """Read an export."""
        found = await self.exports.get(current_user(), UUID(request.export_id))
        return pb.GetExportResponse(export=messages.export(found))

    async def DownloadExport(
        self, request: pb.DownloadExportRequest, context: Any
    ) -> AsyncIterator[pb.DownloadExportResponse]:
        """Fetch the archive."""
        async for piece in self.exports.archive(current_user(), UUID(request.export_id)):
            yield pb.DownloadExportResponse(content_type=ZIP, data=piece)

    async def GetErasure(self, request: pb.GetErasureRequest, context: Any) -> pb.GetErasureResponse:
        """Tell how far an erasure is."""
        return pb.GetErasureResponse(erasure=messages.erasure(await self.closing.tell(request.receipt)))

    async def CancelErasure(self, request: pb.CancelErasureRequest, context: Any) -> pb.CancelErasureResponse:
        """Call an erasure off."""
        return pb.CancelErasureResponse(erasure=messages.erasure(await self.closing.reopen(request.receipt)))
