"""Who of those that see a post may answer it: its author says so for comments and for shares."""

from enum import StrEnum

from mesh.errors import PermissionDenied
from svc_feed.domain.visibility import Verdict


class AnswersClosed(PermissionDenied):
    """The author does not let the caller answer in this way; said to those who may see the post."""

    reason = "ANSWERS_CLOSED"


class AnswerAudience(StrEnum):
    """Whom the author lets answer, beside the author."""

    EVERYBODY = "everybody"
    CONNECTIONS = "connections"
    MENTIONED = "mentioned"
    """Those whom the post mentions; `Post` knows who they are."""
    NOBODY = "nobody"

    def admits(self, verdict: Verdict) -> bool:
        """Whether anybody who sees the post may answer it, under the verdict about the two."""
        if self is AnswerAudience.EVERYBODY or verdict.is_self:
            return True
        return self is AnswerAudience.CONNECTIONS and verdict.connected
