"""Objections of members to decisions about them: one to each."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from mesh.errors import AlreadyExists, FailedPrecondition, NotFound
from svc_profile.domain.decisions import Decision
from svc_profile.domain.ids import DecisionId, UserId


class DecisionNotFound(NotFound):
    """There is no such decision about the caller, or none they are told of."""

    reason = "DECISION_NOT_FOUND"

    def __init__(self, decision_id: DecisionId) -> None:
        super().__init__(f"there is no decision {decision_id}", metadata={"decisionId": str(decision_id)})


class DecisionEnded(FailedPrecondition):
    """The decision holds no more."""

    reason = "DECISION_ENDED"


class AppealExists(AlreadyExists):
    """The member objected already."""

    reason = "APPEAL_EXISTS"


class AppealNotFound(NotFound):
    """Nobody objected to the decision."""

    reason = "APPEAL_NOT_FOUND"

    def __init__(self, decision_id: DecisionId) -> None:
        super().__init__(f"nobody objected to decision {decision_id}", metadata={"decisionId": str(decision_id)})


class AppealAlreadyResolved(FailedPrecondition):
    """The appeal was decided another way."""

    reason = "APPEAL_ALREADY_RESOLVED"


class AppealState(StrEnum):
    """How far an appeal is, by the names of the contract."""

    OPEN = "open"
    UPHELD = "upheld"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class Appeal:
    """`text` is the member's, `answer` the operator's."""

    user_id: UserId
    decision_id: DecisionId
    text: str
    created_at: datetime
    state: AppealState = AppealState.OPEN
    answer: str = ""
    resolved_by: str = ""
    resolved_at: datetime | None = None

    @classmethod
    def against(cls, decision: Decision, text: str, at: datetime) -> Self:
        """An appeal against a decision that the member is told of and that holds; raises DecisionEnded."""
        if not decision.is_told:
            raise DecisionNotFound(decision.id)
        if decision.ended(at) is not None:
            raise DecisionEnded(f"decision {decision.id} holds no more: there is nothing to object to")
        return cls(decision.user_id, decision.id, text, at)

    def resolved(self, outcome: AppealState, answer: str, *, by: str, at: datetime) -> Self:
        """Decided; itself when it was decided this way before. Raises AppealAlreadyResolved."""
        if self.state is outcome:
            return self
        if self.state is not AppealState.OPEN:
            raise AppealAlreadyResolved(f"the appeal against {self.decision_id} was decided: {self.state}")
        return dataclasses.replace(self, state=outcome, answer=answer, resolved_by=by, resolved_at=at)
