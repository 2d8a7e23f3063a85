"""What happened, as the other services hear of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from svc_profile.domain.connection import Connection
from svc_profile.domain.ids import SessionId, UserId
from svc_profile.domain.user import User


@dataclass(frozen=True, slots=True)
class Registered:
    """A member is new."""

    user: User


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """A member's profile has other values in these fields."""

    user_id: UserId
    fields: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """A session ended before its time; access tokens of it live `until` then."""

    user_id: UserId
    session_id: SessionId
    until: datetime


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """A member signed in."""

    user_id: UserId
    session_id: SessionId
    new_device: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class EmailVerified:
    """The account's address was proven to be the member's."""

    user_id: UserId
    at: datetime


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """An account has another password."""

    user_id: UserId
    by_reset: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """A pair has a new state, brought about by one of the two."""

    connection: Connection
    by: UserId


@dataclass(frozen=True, slots=True)
class Blocked:
    """A member blocked another."""

    blocker: UserId
    blocked: UserId
    at: datetime


@dataclass(frozen=True, slots=True)
class Unblocked:
    """A member lifted a block."""

    blocker: UserId
    blocked: UserId
    at: datetime


AccountFact: TypeAlias = SessionOpened | SessionEnded | EmailVerified | PasswordChanged
Fact: TypeAlias = AccountFact | Registered | ProfileChanged | ConnectionChanged | Blocked | Unblocked
