"""Exports and erasures between this service's domain and the contract's messages; pure."""

from datetime import timedelta

from guild.privacy.v1 import personal_data_service_pb2 as personal
from guild.privacy.v1 import privacy_service_pb2 as pb
from guild.profile.v1 import profile_service_pb2 as profile
from mesh.events import STREAMED
from mesh.privacy import Place, PlaceKind, place
from svc_profile.domain.erasure import State
from svc_profile.domain.export import Export
from svc_profile.rpc.messages import moment
from svc_profile.usecases.closing import Told

_STATES = {
    State.WAITING: pb.ERASURE_STATE_WAITING,
    State.RUNNING: pb.ERASURE_STATE_RUNNING,
    State.ERASED: pb.ERASURE_STATE_ERASED,
    State.CONFIRMED: pb.ERASURE_STATE_CONFIRMED,
    State.CANCELLED: pb.ERASURE_STATE_CANCELLED,
}
_IDS_ALONE = "events name members by their ids and carry no text; they are dropped when they are old"


def export(value: Export) -> profile.DataExport:
    """An export, which can be fetched at once."""
    return profile.DataExport(
        id=str(value.id),
        state=profile.EXPORT_STATE_READY,
        download_url=f"/api/v1/users/me/exports/{value.id}/archive",
        created_at=moment(value.created_at),
        expires_at=moment(value.expires_at),
    )


def member_export(value: Export) -> profile.DataExport:
    """The same of a member, for an operator."""
    made = export(value)
    made.download_url = f"/internal/users/{value.user_id}/exports/{value.id}/archive"
    return made


def erasure(told: Told) -> pb.Erasure:
    """An erasure with its report."""
    value = told.erasure
    services = [
        pb.ServiceErasure(service=step.service, finished_at=moment(step.finished_at), places=map(place, step.places))
        for step in told.steps.values()
    ]
    if services:
        services.append(pb.ServiceErasure(service="bus", places=_streams()))
    return pb.Erasure(
        id=str(value.id),
        state=_STATES[value.state],
        requested_at=moment(value.requested_at),
        erase_after=moment(value.erase_after),
        erased_at=moment(value.erased_at),
        services=services,
    )


def _streams() -> list[personal.ErasedPlace]:
    return [
        place(Place(PlaceKind.STREAM, name, 0, 0, _IDS_ALONE, timedelta(seconds=seconds)))
        for name, seconds in STREAMED.items()
    ]
