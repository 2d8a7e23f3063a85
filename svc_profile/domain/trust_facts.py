"""What happened to keep the network clean, as the other services hear of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from svc_profile.domain.decisions import Decision


@dataclass(frozen=True, slots=True)
class RestrictionSet:
    """A member was restricted."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class RestrictionLifted:
    """A restriction ended, by its time or because it was lifted."""

    decision: Decision
    at: datetime


TrustFact: TypeAlias = RestrictionSet | RestrictionLifted
