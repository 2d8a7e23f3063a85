"""Between this service's domain and the contract's messages; pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1 import passkey_pb2
from guild.auth.v1 import second_factor_pb2 as second_factor
from guild.common.v1.person_pb2 import Person
from guild.graph.v1 import connection_service_pb2 as graph
from guild.profile.v1 import privacy_pb2
from guild.profile.v1 import profile_service_pb2 as profile_service
from guild.profile.v1 import user_pb2 as profile_user
from guild.profile.v1.user_pb2 import User as UserMessage
from mesh.contract import timestamp
from mesh.principal import Principal
from svc_profile.domain.audience import Audience, Closeness
from svc_profile.domain.completeness import Section, completeness
from svc_profile.domain.connection import Connection, Status
from svc_profile.domain.devices import Client
from svc_profile.domain.ids import UserId
from svc_profile.domain.privacy import Field, Privacy, ViewerMode
from svc_profile.domain.session import Session
from svc_profile.domain.transition import Transition
from svc_profile.domain.user import Card, Profile, User
from svc_profile.rpc import career_messages
from svc_profile.rpc.masks import changes
from svc_profile.usecases.sessions import SignedIn

_Reply = TypeVar(
    "_Reply",
    passkey_pb2.FinishPasskeyLoginResponse,
    auth.RegisterResponse,
    auth.LoginResponse,
    auth.RefreshTokenResponse,
    second_factor.CompleteSecondFactorResponse,
)
_STATUS = {
    Status.NONE: graph.CONNECTION_STATUS_UNSPECIFIED,
    Status.PENDING: graph.CONNECTION_STATUS_PENDING,
    Status.ACCEPTED: graph.CONNECTION_STATUS_ACCEPTED,
    Status.REJECTED: graph.CONNECTION_STATUS_REJECTED,
    Status.WITHDRAWN: graph.CONNECTION_STATUS_WITHDRAWN,
    Status.REMOVED: graph.CONNECTION_STATUS_REMOVED,
    Status.EXPIRED: graph.CONNECTION_STATUS_EXPIRED,
    Status.IGNORED: graph.CONNECTION_STATUS_IGNORED,
}
_AUDIENCE = {
    Audience.MEMBERS: profile_service.AUDIENCE_EVERYONE,
    Audience.CONNECTIONS: profile_service.AUDIENCE_CONNECTIONS,
    Audience.ONLY_ME: profile_service.AUDIENCE_ONLY_ME,
}
_FIELD_AUDIENCE = {one: privacy_pb2.FieldAudience.Value(f"FIELD_AUDIENCE_{one.name}") for one in Audience}
_FIELD = {one: privacy_pb2.ProfileField.Value(f"PROFILE_FIELD_{one.name}") for one in Field}
_PREVIEWED = {
    privacy_pb2.PREVIEW_VIEWER_PUBLIC: Closeness.PUBLIC,
    privacy_pb2.PREVIEW_VIEWER_MEMBER: Closeness.MEMBER,
    privacy_pb2.PREVIEW_VIEWER_SECOND_DEGREE: Closeness.SECOND_DEGREE,
    privacy_pb2.PREVIEW_VIEWER_CONNECTION: Closeness.CONNECTION,
    privacy_pb2.PREVIEW_VIEWER_MUTUAL: Closeness.MUTUAL,
}
_VIEWER_MODE = {
    ViewerMode.NAMED: profile_service.VIEWER_MODE_NAMED,
    ViewerMode.SEMI_PRIVATE: profile_service.VIEWER_MODE_SEMI_PRIVATE,
    ViewerMode.ANONYMOUS: profile_service.VIEWER_MODE_ANONYMOUS,
}
_SECTION = {one: profile_user.ProfileSection.Value(f"PROFILE_SECTION_{one.name}") for one in Section}
_SETTINGS: dict[str, dict[Any, Any]] = {
    **{f"{one}_audience": _FIELD_AUDIENCE for one in Field},
    "profile_audience": _AUDIENCE,
    "connections_audience": _AUDIENCE,
    "email_audience": _AUDIENCE,
    "message_audience": _AUDIENCE,
    "viewer_mode": _VIEWER_MODE,
}
_SETTINGS_READ = {name: {number: word for word, number in words.items()} for name, words in _SETTINGS.items()}


def user_id(text: str) -> UserId:
    """An id as it came through the door, where it was found to be one."""
    return UserId(UUID(text))


def surface(number: profile_service.ProfileSurface.ValueType) -> str:
    """Where a profile was opened, as the ledger has it; empty where it was not said."""
    name = profile_service.ProfileSurface.Name(number).removeprefix("PROFILE_SURFACE_").lower()
    return name if number else ""


def client(caller: Principal, name: str = "") -> Client:
    """The client of a call, as far as the edge tells."""
    return Client(caller.address, caller.agent, name)


def session(value: Session, current: UUID | None) -> auth.Session:
    """A session as its owner sees it; `current` is the one of the call."""
    return auth.Session(
        id=str(value.id),
        device_name=value.client.name,
        user_agent=value.client.agent,
        device=value.client.device,
        address=value.network,
        current=value.id == current,
        created_at=timestamp(value.created_at),
        last_used_at=timestamp(value.last_used_at),
        expires_at=timestamp(value.expires_at),
    )


def moment(at: datetime | None) -> Timestamp | None:
    """A time as the contract carries it."""
    return None if at is None else timestamp(at)


def person(user: User | Card) -> Person:
    """A member as lists show them."""
    return Person(id=str(user.id), name=user.name, headline=user.headline, profile_picture_url=user.profile_picture_url)


def summary(user: User, degree: int | None = None) -> UserMessage:
    """What every view of a profile shows."""
    return UserMessage(
        id=str(user.id),
        name=user.name,
        headline=user.headline,
        location=user.location,
        profile_picture_url=user.profile_picture_url,
        visibility=profile_user.USER_VISIBILITY_FULL,
        etag=user.etag,
        degree=degree,
    )


def tokens(reply: type[_Reply], signed_in: SignedIn) -> _Reply:
    """An answer that signs a member in; it shows them with their address."""
    user = summary(signed_in.user)
    user.email = signed_in.user.email
    user.email_verified = signed_in.user.email_verified
    user.created_at.CopyFrom(timestamp(signed_in.user.created_at))
    return reply(
        user=user,
        access_token=signed_in.access_token,
        refresh_token=signed_in.refresh_token,
        expires_in=int(signed_in.expires_in.total_seconds()),
    )


def profile(profile: Profile) -> UserMessage:
    """A profile as its viewer sees it."""
    user = profile.user
    message = summary(user)
    if user.handle:
        message.handle = user.handle
    if user.email:
        message.email = user.email
    if user.phone_number:
        message.phone_number = user.phone_number
    if user.about or not profile.reduced:
        message.about = user.about
    if user.industry or not profile.reduced:
        message.industry = user.industry
    career_messages.put(profile.career, profile.endorsed, message)
    if profile.reduced:
        message.visibility = profile_user.USER_VISIBILITY_REDUCED
        return message
    if profile.degree is not None:
        message.degree = profile.degree
    message.connection_count = profile.connection_count
    message.created_at.CopyFrom(timestamp(user.created_at))
    message.updated_at.CopyFrom(timestamp(user.updated_at))
    if profile.own:
        found = completeness(profile)
        message.completeness.percent = found.percent
        message.completeness.missing.extend(_SECTION[section] for section in found.missing)
        message.email_verified = user.email_verified
    return message


def preview_viewer(request: privacy_pb2.PreviewProfileRequest) -> UserId | Closeness:
    """Through whose eyes a profile is asked for."""
    return user_id(request.user_id) if request.user_id else _PREVIEWED[request.viewer]


def preview(shown: Profile, hidden: Iterable[Field]) -> privacy_pb2.PreviewProfileResponse:
    """A profile as somebody else sees it, and what they do not see."""
    return privacy_pb2.PreviewProfileResponse(user=profile(shown), hidden=sorted(_FIELD[one] for one in hidden))


def privacy_changes(message: profile_service.PrivacySettings, mask: FieldMask) -> dict[str, Any]:
    """The settings an update names, in the domain's words."""
    named = changes(message, mask).items()
    return {name: _SETTINGS_READ[name].get(value) if name in _SETTINGS_READ else value for name, value in named}


def privacy(value: Privacy) -> profile_service.PrivacySettings:
    """What a member shows to whom."""
    enums = {name: numbers[getattr(value, name)] for name, numbers in _SETTINGS.items()}
    return profile_service.PrivacySettings(
        **enums,
        discoverable=value.discoverable,
        traversable=value.traversable,
        findable_by_contact=value.findable_by_contact,
        etag=value.etag,
    )


def connection(state: Connection, me: UserId, cooldown: timedelta) -> graph.Connection:
    """A connection as `me` is told of it."""
    value = state.seen_by(me)
    return graph.Connection(
        user_id=str(value.other(me)),
        status=_STATUS[value.status],
        requested_by=str(value.requested_by),
        note=value.note,
        created_at=moment(value.created_at),
        updated_at=moment(value.updated_at),
        accepted_at=moment(value.accepted_at),
        expires_at=moment(value.expires_at),
        cool_down_until=moment(value.cool_down_until(me, cooldown)),
    )


def transition(value: Transition) -> graph.ConnectionTransition:
    """One step of the caller's connection with somebody."""
    return graph.ConnectionTransition(
        id=str(value.id),
        user_id=str(value.other),
        actor_id=str(value.actor),
        from_status=None if value.before is Status.NONE else _STATUS[value.before],
        to_status=_STATUS[value.after],
        occurred_at=timestamp(value.at),
    )
