"""The media that members uploaded, as the feed service keeps them."""

from typing import Any
from uuid import UUID

from guild.media.v1 import media_service_pb2 as pb
from guild.media.v1.media_service_pb2_grpc import MediaServiceStub
from mesh.ids import UserId


class Media:
    """Raises the failures of the feed service, and Unavailable while it does not answer."""

    def __init__(self, channel: Any) -> None:
        self._stub = MediaServiceStub(channel)

    async def claim_picture(self, owner: UserId, media_id: UUID) -> str:
        """The address of a picture of the member, which holds as long as the profile shows it."""
        request = pb.ClaimPictureRequest(owner_id=str(owner), media_id=str(media_id))
        return (await self._stub.ClaimPicture(request)).url
