"""The PersonalDataService of the contract, which every service serves by its own rules."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from google.protobuf.duration_pb2 import Duration

from guild.privacy.v1 import personal_data_service_pb2 as pb
from guild.privacy.v1.personal_data_service_pb2_grpc import (
    PersonalDataServiceServicer,
    add_PersonalDataServiceServicer_to_server,
)
from mesh.ids import UserId
from mesh.privacy.places import Place, PlaceKind
from mesh.privacy.service import PersonalData

_KINDS = {
    PlaceKind.TABLE: pb.PLACE_KIND_TABLE,
    PlaceKind.CACHE: pb.PLACE_KIND_CACHE,
    PlaceKind.FILES: pb.PLACE_KIND_FILES,
    PlaceKind.SEARCH: pb.PLACE_KIND_SEARCH,
    PlaceKind.STREAM: pb.PLACE_KIND_STREAM,
}

_BY_NUMBER = {number: kind for kind, number in _KINDS.items()}


@dataclass(frozen=True)
class PersonalDataServicer(PersonalDataServiceServicer):
    """Unpack, ask, pack."""

    data: PersonalData

    async def ExportUser(self, request: pb.ExportUserRequest, context: Any) -> AsyncIterator[pb.ExportUserResponse]:
        """Stream what is held about a member."""
        async for batch in self.data.export(UserId(UUID(request.user_id))):
            yield pb.ExportUserResponse(section=batch.section, records=batch.records)

    async def EraseUser(self, request: pb.EraseUserRequest, context: Any) -> pb.EraseUserResponse:
        """Erase what is held about a member."""
        erased = await self.data.erase(UserId(UUID(request.user_id)), UUID(request.erasure_id))
        return pb.EraseUserResponse(done=erased.done, places=map(place, erased.places))


def place(found: Place) -> pb.ErasedPlace:
    """A place as the contract has it."""
    told = pb.ErasedPlace(
        kind=_KINDS[found.kind], name=found.name, erased=found.erased, kept=found.kept, reason=found.why
    )
    if found.period is not None:
        told.kept_for.CopyFrom(Duration(seconds=int(found.period.total_seconds())))
    return told


def placed(told: pb.ErasedPlace) -> Place:
    """A place out of the contract."""
    period = timedelta(seconds=told.kept_for.seconds) if told.HasField("kept_for") else None
    return Place(_BY_NUMBER[told.kind], told.name, told.erased, told.kept, told.reason, period)


def personal_data(data: PersonalData) -> tuple[Any, PersonalDataServicer]:
    """What a service adds to its servicers."""
    return add_PersonalDataServiceServicer_to_server, PersonalDataServicer(data)
