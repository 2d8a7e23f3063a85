"""Between this service's domain and the contract's messages; pure."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from guild.graph.v1 import connection_service_pb2 as graph
from guild.profile.v1 import profile_service_pb2 as profile
from guild.profile.v1.user_pb2 import User as UserMessage
from mesh.contract import timestamp
from svc_profile.domain.access import Access
from svc_profile.domain.connection import Connection, Status
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import User
from svc_profile.usecases.get_user import Profile

_STATUS = {
    Status.NONE: graph.CONNECTION_STATUS_UNSPECIFIED,
    Status.PENDING: graph.CONNECTION_STATUS_PENDING,
    Status.ACCEPTED: graph.CONNECTION_STATUS_ACCEPTED,
    Status.REJECTED: graph.CONNECTION_STATUS_REJECTED,
    Status.WITHDRAWN: graph.CONNECTION_STATUS_WITHDRAWN,
    Status.REMOVED: graph.CONNECTION_STATUS_REMOVED,
}


def moment(at: datetime | None) -> Timestamp | None:
    """A time as the contract carries it."""
    return None if at is None else timestamp(at)


def summary(user: User) -> UserMessage:
    """A member as lists show them."""
    return UserMessage(
        id=str(user.id),
        name=user.name,
        headline=user.headline,
        location=user.location,
        profile_picture_url=user.profile_picture_url,
    )


def own_summary(user: User) -> UserMessage:
    """A member as the answers that sign them in show them: with their address."""
    message = summary(user)
    message.email = user.email
    message.created_at.CopyFrom(timestamp(user.created_at))
    return message


def full(profile: Profile, *, mine: bool) -> UserMessage:
    """A whole profile; the email address only for its owner."""
    user = profile.user
    message = summary(user)
    message.about = user.about
    message.industry = user.industry
    message.degree = profile.degree
    message.connection_count = profile.connection_count
    message.created_at.CopyFrom(timestamp(user.created_at))
    message.updated_at.CopyFrom(timestamp(user.updated_at))
    if mine:
        message.email = user.email
    return message


def changes(request: profile.UpdateUserRequest) -> dict[str, str]:
    """The fields an update names: those of its mask, cleared when unset, or without a mask those that are set."""
    named = request.update_mask.paths or [field.name for field, _ in request.user.ListFields()]
    text = {field.name for field in UserMessage.DESCRIPTOR.fields if field.type == field.TYPE_STRING}
    return {name: getattr(request.user, name) if name in text else "" for name in named}


def connection(value: Connection, me: UserId) -> graph.Connection:
    """A connection as `me` has it."""
    return graph.Connection(
        user_id=str(value.other(me)),
        status=_STATUS[value.status],
        requested_by=str(value.requested_by),
        note=value.note,
        created_at=moment(value.created_at),
        updated_at=moment(value.updated_at),
        accepted_at=moment(value.accepted_at),
    )


def access(value: Access) -> graph.AccessEntry:
    """What lies between a viewer and one member."""
    return graph.AccessEntry(
        user_id=str(value.user_id),
        connected=value.connected,
        degree=value.degree,
        hidden=value.hidden,
        may_message=value.may_message,
    )
