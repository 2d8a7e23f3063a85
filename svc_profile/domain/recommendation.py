"""What members write about each other for others to read.

    (none) ─request→ requested ─write→ in review ─show→ shown ⇄ hidden
    (none) ─write────────────────────────┘  any other text → in review

It is its author's to write and withdraw, its recipient's to show, hide and delete.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from mesh.errors import FailedPrecondition, InvalidArgument, NotFound
from svc_profile.domain.ids import UserId


class RecommendationNotFound(NotFound):
    """There is no recommendation between the two."""

    reason = "RECOMMENDATION_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("there is no such recommendation")


class CannotRecommendSelf(InvalidArgument):
    """Nobody recommends themselves."""

    reason = "CANNOT_RECOMMEND_SELF"


class RecommendationNotWritten(FailedPrecondition):
    """There is a request only."""

    reason = "RECOMMENDATION_NOT_WRITTEN"


class State(StrEnum):
    """How far a recommendation is."""

    REQUESTED = "requested"
    IN_REVIEW = "in_review"
    SHOWN = "shown"
    HIDDEN = "hidden"


class Relationship(StrEnum):
    """What the author was to the recipient."""

    MANAGER = "manager"
    REPORT = "report"
    COLLEAGUE = "colleague"
    CUSTOMER = "customer"
    PARTNER = "partner"
    TEACHER = "teacher"
    FELLOW_STUDENT = "fellow_student"


@dataclass(frozen=True, slots=True)
class Tie:
    """What the two are to each other; `position_id` is of the recipient."""

    relationship: Relationship
    position_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One member's words about another."""

    recipient: UserId
    author: UserId
    tie: Tie
    created_at: datetime
    state: State = State.REQUESTED
    text: str = ""
    note: str = ""
    written_at: datetime | None = None

    def written(self, text: str, tie: Tie, at: datetime) -> Self:
        """The recommendation with these words, for its recipient to decide on; itself when nothing differs."""
        text = text.strip()
        if (text, tie) == (self.text, self.tie):
            return self
        return dataclasses.replace(self, text=text, tie=tie, state=State.IN_REVIEW, written_at=at)

    def made_visible(self, *, shown: bool) -> Self:
        """Shown to others, or hidden; raises RecommendationNotWritten."""
        if self.state is State.REQUESTED:
            raise RecommendationNotWritten(f"{self.author} has not written the recommendation yet")
        return dataclasses.replace(self, state=State.SHOWN if shown else State.HIDDEN)
