"""Ends restrictions whose time is over."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database
from svc_profile.store.decisions import DecisionRepository
from svc_profile.usecases.restrictions import Restrictions

EVERY_SECONDS = 5.0
_AT_ONCE = 100


@dataclass(frozen=True)
class RestrictionExpiry:
    """Run by every process of the service.

    What is over counts no more whether this runs or not, since everybody goes by the clock; verdicts that others keep
    are voided by it, and the end is told.
    """

    db: Database
    decisions: DecisionRepository
    restrictions: Restrictions
    clock: Clock

    async def expire(self) -> None:
        """End what is over by now."""
        while members := await self.decisions.expired(self.db, self.clock.now(), _AT_ONCE):
            for user_id in members:
                await self.restrictions.expire(user_id)
