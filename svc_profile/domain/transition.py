"""What happened between two members, as each of them is told."""

from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

from svc_profile.domain.connection import Status
from svc_profile.domain.ids import UserId

_UNTOLD = frozenset({Status.REJECTED, Status.IGNORED})
"""What becomes of a request without a word to who asked."""


class Transition(NamedTuple):
    """One step of a connection in the memory of one of the two; `asked_by` is who had asked before it, if known."""

    id: UUID
    other: UserId
    before: Status
    after: Status
    actor: UserId
    asked_by: UserId | None
    at: datetime

    def told_to(self, me: UserId) -> Self | None:
        """As its owner is told: nobody hears that they were refused or ignored, nor what a step followed on."""
        if self.after in _UNTOLD and self.actor != me:
            return None
        if self.before not in _UNTOLD or self.asked_by not in {me, None}:
            return self
        return self._replace(before=Status.PENDING if self.before is Status.IGNORED else Status.NONE)
