"""The PrivacyService of the contract: what operators give out about a member."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.privacy.v1 import privacy_service_pb2 as pb
from guild.privacy.v1.privacy_service_pb2_grpc import PrivacyServiceServicer
from svc_profile.rpc import messages
from svc_profile.rpc import privacy_messages as privacy
from svc_profile.rpc.privacy_servicer import ZIP
from svc_profile.usecases.member_exports import MemberExports


@dataclass(frozen=True)
class MemberExportServicer(PrivacyServiceServicer):
    """Unpack, ask, pack."""

    exports: MemberExports

    async def StartMemberExport(
        self, request: pb.StartMemberExportRequest, context: Any
    ) -> pb.StartMemberExportResponse:
        """Open an export of a member."""
        opened = await self.exports.start(messages.user_id(request.user_id), request.reason)
        return pb.StartMemberExportResponse(export=privacy.member_export(opened))

    async def GetMemberExport(self, request: pb.GetMemberExportRequest, context: Any) -> pb.GetMemberExportResponse:
        """Read an export of a member."""
        found = await self.exports.get(messages.user_id(request.user_id), UUID(request.export_id))
        return pb.GetMemberExportResponse(export=privacy.member_export(found))

    async def DownloadMemberExport(
        self, request: pb.DownloadMemberExportRequest, context: Any
    ) -> AsyncIterator[pb.DownloadMemberExportResponse]:
        """Fetch the archive."""
        async for piece in self.exports.archive(messages.user_id(request.user_id), UUID(request.export_id)):
            yield pb.DownloadMemberExportResponse(content_type=ZIP, data=piece)
