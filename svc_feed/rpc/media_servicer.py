"""The MediaService of the contract."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.media.v1 import media_service_pb2 as pb
from guild.media.v1.media_service_pb2_grpc import MediaServiceServicer
from mesh.principal import current_user
from svc_feed.domain.ids import MediaId, UserId
from svc_feed.rpc import media_messages as messages
from svc_feed.usecases.media_library import MediaLibrary
from svc_feed.usecases.pictures import Pictures
from svc_feed.usecases.uploads import Uploads


@dataclass(frozen=True)
class MediaServicer(MediaServiceServicer):
    """Unpack, ask, pack."""

    uploads: Uploads
    library: MediaLibrary
    pictures: Pictures

    async def CreateUpload(self, request: pb.CreateUploadRequest, context: Any) -> pb.CreateUploadResponse:
        """Begin an upload."""
        medium, upload = await self.uploads.create(current_user(), messages.announced(request))
        return messages.upload(medium, upload)

    async def CompleteUpload(self, request: pb.CompleteUploadRequest, context: Any) -> pb.CompleteUploadResponse:
        """End an upload."""
        medium = await self.uploads.complete(current_user(), MediaId(UUID(request.media_id)))
        [shown] = await self.library.dressed([medium])
        return pb.CompleteUploadResponse(media=messages.medium(shown))

    async def GetMedia(self, request: pb.GetMediaRequest, context: Any) -> pb.GetMediaResponse:
        """Read a medium."""
        shown = await self.library.get(current_user(), MediaId(UUID(request.media_id)))
        return pb.GetMediaResponse(media=messages.medium(shown))

    async def BatchGetMedia(self, request: pb.BatchGetMediaRequest, context: Any) -> pb.BatchGetMediaResponse:
        """Read many media."""
        found = await self.library.batch(current_user(), [MediaId(UUID(one)) for one in request.media_ids])
        return pb.BatchGetMediaResponse(media=map(messages.medium, found))

    async def DeleteMedia(self, request: pb.DeleteMediaRequest, context: Any) -> pb.DeleteMediaResponse:
        """Delete a medium."""
        await self.library.delete(current_user(), MediaId(UUID(request.media_id)))
        return pb.DeleteMediaResponse()

    async def ClaimPicture(self, request: pb.ClaimPictureRequest, context: Any) -> pb.ClaimPictureResponse:
        """Show a picture in a profile."""
        owner, medium = UserId(UUID(request.owner_id)), MediaId(UUID(request.media_id))
        return pb.ClaimPictureResponse(url=await self.pictures.claim(owner, medium))
