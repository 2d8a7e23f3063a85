"""What another service holds about a member."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from guild.privacy.v1 import personal_data_service_pb2 as pb
from guild.privacy.v1.personal_data_service_pb2_grpc import PersonalDataServiceStub
from mesh.ids import UserId
from mesh.privacy import Batch, Erased, Place, placed


class RemotePersonalData:
    """A service's part of exports and erasures, as `mesh.privacy.PersonalData` is this service's own."""

    def __init__(self, channel: Any) -> None:
        self._stub = PersonalDataServiceStub(channel)

    async def export(self, user_id: UserId) -> AsyncIterator[Batch]:
        """Everything that is shown to the member, section after section."""
        stream = self._stub.ExportUser(pb.ExportUserRequest(user_id=str(user_id)))
        try:
            async for part in stream:
                yield Batch(part.section, list(part.records))
        finally:
            await stream.aclose()  # pyright: ignore[reportAttributeAccessIssue] - a Peer's stream has it

    async def erase(self, user_id: UserId, erasure_id: UUID) -> Erased:
        """Erase for some seconds."""
        request = pb.EraseUserRequest(user_id=str(user_id), erasure_id=str(erasure_id))
        reply = await self._stub.EraseUser(request)
        places: list[Place] = [placed(place) for place in reply.places]
        return Erased(reply.done, places)
