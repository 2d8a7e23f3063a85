"""What was found in a post or a comment, and what an operator decides about it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Self

from mesh.errors import NotFound
from svc_feed.domain.ids import CommentId, DecisionId, PostId, UserId
from svc_feed.domain.safety.assessment import RULES_VERSION, Assessment, Outcome, SafetyReason
from svc_feed.domain.tally import PostKey


class HeldContentNotFound(NotFound):
    """Nothing of the kind waits for a decision, or another was made."""

    reason = "HELD_CONTENT_NOT_FOUND"


class ContentKey(NamedTuple):
    """A post, or a comment on it; `author` wrote the content, and the post is where it is."""

    author: UserId
    post: PostKey
    comment_id: CommentId | None = None

    @property
    def id(self) -> PostId | CommentId:
        """Of the content."""
        return self.comment_id or self.post.post_id


@dataclass(frozen=True, slots=True)
class Review:
    """As stored; one that is not `known` has to be looked at again. `told` once trust has heard of it."""

    content: ContentKey
    outcome: Outcome
    reason: SafetyReason | None
    known: bool
    created_at: datetime
    decision_id: DecisionId | None = None
    decided_at: datetime | None = None
    decided_by: str = ""
    rules: int = RULES_VERSION

    @classmethod
    def of(cls, content: ContentKey, found: Assessment, at: datetime, decision: DecisionId | None) -> Self:
        """What was found just now."""
        return cls(content, found.outcome, found.reason, found.known, at, decision)

    def decided(self, *, removed: bool, by: str, at: datetime, decision: DecisionId) -> Self:
        """What an operator decided; itself when it is the same again; raises HeldContentNotFound."""
        if self.decided_at is not None and (self.outcome is Outcome.REMOVE) is removed:
            return self
        if self.decided_at is not None or self.outcome is not Outcome.REVIEW:
            raise HeldContentNotFound(f"content {self.content.id} is not held")
        outcome = Outcome.REMOVE if removed else Outcome.ALLOW
        return replace(self, outcome=outcome, decided_at=at, decided_by=by, decision_id=decision if removed else None)
