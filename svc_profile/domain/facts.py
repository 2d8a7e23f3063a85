"""What happened, as the other services hear of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from svc_profile.domain.connection import Connection
from svc_profile.domain.ids import SessionId, UserId
from svc_profile.domain.second_factors import Factor
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
    picture: str | None = None
    """The address of the picture, where it is another now."""


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
class SecondFactorChanged:
    """A second factor was added to an account, or is no more."""

    user_id: UserId
    factor: Factor
    works: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SecondFactorRecoveryRequested:
    """Somebody who knows the password asked for the removal of an account's second factors."""

    user_id: UserId
    due_at: datetime


@dataclass(frozen=True, slots=True)
class SecondFactorRecoveryEnded:
    """Nothing comes of such a request any more: it was ended, or finished."""

    user_id: UserId
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


@dataclass(frozen=True, slots=True)
class SkillEndorsed:
    """A member endorsed a skill of another."""

    user_id: UserId
    endorser: UserId
    skill_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class SkillUnendorsed:
    """An endorsement is no more: taken back, or ended with the connection."""

    user_id: UserId
    endorser: UserId
    skill_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class EndorsementRing:
    """Members endorse each other all around within a short time; one endorsement closed it."""

    closed_by: UserId
    members: tuple[UserId, ...]
    at: datetime


class RecommendationStep(StrEnum):
    """What became of a recommendation."""

    REQUESTED = "requested"
    WRITTEN = "written"
    SHOWN = "shown"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Recommended:
    """A recommendation of a member came a step on; what is gone is hidden."""

    step: RecommendationStep
    user_id: UserId
    author: UserId
    at: datetime


@dataclass(frozen=True, slots=True)
class Followed:
    """A member chose to follow another, who does not hear of it where it is `quiet`."""

    follower: UserId
    followed: UserId
    at: datetime
    quiet: bool


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """A member stopped following another."""

    follower: UserId
    followed: UserId
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountClosed:
    """A member left; their data is erased after a grace."""

    user_id: UserId
    erasure_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountReopened:
    """A closed account is there again."""

    user_id: UserId
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountErased:
    """Nothing is left of an account, in any service."""

    user_id: UserId
    erasure_id: UUID
    at: datetime


FactorFact: TypeAlias = SecondFactorChanged | SecondFactorRecoveryRequested | SecondFactorRecoveryEnded
AccountFact: TypeAlias = SessionOpened | SessionEnded | EmailVerified | PasswordChanged | FactorFact
LeavingFact: TypeAlias = AccountClosed | AccountReopened | AccountErased
GraphFact: TypeAlias = ConnectionChanged | Blocked | Unblocked | Followed | Unfollowed
PraiseFact: TypeAlias = SkillEndorsed | SkillUnendorsed | EndorsementRing | Recommended
Fact: TypeAlias = AccountFact | GraphFact | LeavingFact | PraiseFact | Registered | ProfileChanged
