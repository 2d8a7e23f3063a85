"""Decisions of operators about a member: restrictions, which several may hold at once, and removed content."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from mesh.errors import FieldViolation, InvalidArgument, NotFound
from svc_profile.domain.content import ContentRef
from svc_profile.domain.ids import DecisionId, UserId
from svc_profile.domain.standing import RestrictionKind, Standing

KEEP = timedelta(days=730)
"""How long a decision that ended is kept: repeated abuse shows, and a member may ask."""


class RestrictionNotFound(NotFound):
    """The member has no such restriction."""

    reason = "RESTRICTION_NOT_FOUND"

    def __init__(self, restriction_id: DecisionId) -> None:
        super().__init__(f"there is no restriction {restriction_id}", metadata={"restrictionId": str(restriction_id)})


class ExpiryInPast(InvalidArgument):
    """A restriction ends in the future."""

    reason = "EXPIRY_IN_PAST"

    def __init__(self) -> None:
        violation = FieldViolation("expires_at", "must be in the future")
        super().__init__("a restriction cannot have ended already", violations=[violation])


class DecisionKind(StrEnum):
    """What was decided; restrictions go by their own names."""

    SHADOW_BAN = RestrictionKind.SHADOW_BAN.value
    SUSPENDED = RestrictionKind.SUSPENDED.value
    LIMITED = RestrictionKind.LIMITED.value
    CONTENT_REMOVED = "content_removed"

    @property
    def restriction(self) -> RestrictionKind | None:
        """What it restricts about the account, if anything."""
        return None if self is DecisionKind.CONTENT_REMOVED else RestrictionKind(self.value)


_EXPLANATIONS = {
    DecisionKind.SHADOW_BAN: "",
    DecisionKind.SUSPENDED: "Your account broke the rules of the network, so it is closed for now.",
    DecisionKind.LIMITED: "Your account does more than a person does, so it is slowed down for now.",
    DecisionKind.CONTENT_REMOVED: "It broke the rules of the network.",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """`reason` is for operators, `explanation` for the member; it holds until `ended_at` or `expires_at`."""

    user_id: UserId
    id: DecisionId
    kind: DecisionKind
    operator: str
    reason: str
    explanation: str
    created_at: datetime
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    content: ContentRef | None = None
    flag_id: UUID | None = None

    @classmethod
    def restrict(
        cls,
        user_id: UserId,
        decision_id: DecisionId,
        kind: RestrictionKind,
        *,
        by: str,
        reason: str,
        explanation: str,
        at: datetime,
        until: datetime | None,
        flag_id: UUID | None = None,
    ) -> Self:
        """A restriction from now on; raises ExpiryInPast."""
        if until is not None and until <= at:
            raise ExpiryInPast
        of_kind = DecisionKind(kind.value)
        told = explanation or _EXPLANATIONS[of_kind]
        return cls(user_id, decision_id, of_kind, by, reason, told, at, expires_at=until, flag_id=flag_id)

    @classmethod
    def remove(
        cls,
        user_id: UserId,
        decision_id: DecisionId,
        content: ContentRef,
        *,
        by: str,
        reason: str,
        at: datetime,
        flag_id: UUID,
    ) -> Self:
        """A removal of what a member wrote."""
        told = _EXPLANATIONS[DecisionKind.CONTENT_REMOVED]
        return cls(
            user_id, decision_id, DecisionKind.CONTENT_REMOVED, by, reason, told, at, content=content, flag_id=flag_id
        )

    @property
    def is_told(self) -> bool:
        """Whether the member hears of it: who is told of a shadow ban goes on under another name."""
        return self.kind is not DecisionKind.SHADOW_BAN

    def ended(self, at: datetime) -> datetime | None:
        """Since when it holds no more, None while it does."""
        if self.ended_at is not None:
            return self.ended_at
        return self.expires_at if self.expires_at is not None and self.expires_at <= at else None

    def seen(self, at: datetime) -> Self:
        """As it is told: with the end its time has brought, whether that was noted yet or not."""
        return dataclasses.replace(self, ended_at=self.ended(at))

    def lifted(self, at: datetime) -> Self:
        """Ended now, or when it had ended before."""
        return dataclasses.replace(self, ended_at=self.ended(at) or at)


def in_force(decisions: Iterable[Decision], at: datetime) -> list[Decision]:
    """The restrictions that hold, the oldest first."""
    held = [one for one in decisions if one.kind.restriction is not None and one.ended(at) is None]
    return sorted(held, key=lambda one: (one.created_at, one.id))


def standing(decisions: Iterable[Decision], at: datetime) -> Standing:
    """What all restrictions together come to."""
    held = in_force(decisions, at)
    return Standing.of((one.kind.restriction, one.expires_at) for one in held if one.kind.restriction is not None)
