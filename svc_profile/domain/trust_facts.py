"""What happened to keep the network clean, as the other services hear of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from svc_profile.domain.content import ContentRef
from svc_profile.domain.decisions import Decision
from svc_profile.domain.flags import Flag, Report
from svc_profile.domain.ids import DecisionId, UserId


@dataclass(frozen=True, slots=True)
class RestrictionSet:
    """A member was restricted."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class RestrictionLifted:
    """A restriction ended, by its time or because it was lifted."""

    decision: Decision
    at: datetime


@dataclass(frozen=True, slots=True)
class Reported:
    """A member reported another, or content; who did is nobody's business."""

    report: Report


@dataclass(frozen=True, slots=True)
class FlagRaised:
    """A suspicion arose."""

    flag: Flag


@dataclass(frozen=True, slots=True)
class FlagResolved:
    """A suspicion was decided."""

    flag: Flag
    at: datetime


@dataclass(frozen=True, slots=True)
class ContentModerated:
    """Content is to be taken down; the decision and the author are None where nobody knows who wrote it."""

    content: ContentRef
    decision_id: DecisionId | None
    author: UserId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ContentRestored:
    """Content is to be shown again."""

    content: ContentRef
    decision_id: DecisionId
    author: UserId
    at: datetime


@dataclass(frozen=True, slots=True)
class AppealDecided:
    """An appeal was decided."""

    user_id: UserId
    decision_id: DecisionId
    lifted: bool
    at: datetime


TrustFact: TypeAlias = (
    RestrictionSet
    | RestrictionLifted
    | Reported
    | FlagRaised
    | FlagResolved
    | ContentModerated
    | ContentRestored
    | AppealDecided
)
