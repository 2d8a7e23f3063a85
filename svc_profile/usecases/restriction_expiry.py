"""Ends restrictions whose time is over."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database
from mesh.lifecycle import one_by_one
from svc_profile.domain.ids import UserId
from svc_profile.store.decisions import DecisionRepository
from svc_profile.usecases.restrictions import Restrictions

EVERY_SECONDS = 5.0
_AT_ONCE = 100
_MOST_FAILED = 10
"""Members whose restrictions could not be ended, after whom a round is: so many are no fault of theirs."""
_MOST_OF_ONE = 10
"""Restrictions that one member may have at once; they stay in the way of others when they cannot be ended."""


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
        failed: set[UserId] = set()
        while len(failed) < _MOST_FAILED:
            size = _AT_ONCE + _MOST_OF_ONE * len(failed)
            over = await self.decisions.expired(self.db, self.clock.now(), size)
            members = [user_id for user_id in over if user_id not in failed]
            if not members:
                return
            failed.update(await one_by_one("restriction_expiry", members, self.restrictions.expire))
