"""How many members somebody may still invite; who overdoes it is suspected."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Querier
from svc_profile.domain.flags import FlagKind, Subject
from svc_profile.domain.ids import UserId
from svc_profile.domain.invitation_budget import InvitationBudget, InvitationsUsedUp, budget, suspicion
from svc_profile.store.invitations import InvitationHistory
from svc_profile.usecases.flags import Flags


@dataclass(frozen=True)
class InvitationBudgets:
    """Counted from what is stored, so that no restart and no other process gives more."""

    db: Database
    history: InvitationHistory
    flags: Flags
    clock: Clock

    async def of(self, me: UserId, q: Querier | None = None) -> InvitationBudget:
        """What is left to a member now; within a transaction, as it sees the past."""
        return budget(await self.history.of(q or self.db, me, self.clock.now()))

    async def check(self, me: UserId, q: Querier | None = None) -> InvitationBudget:
        """What is left before one more invitation, which is for the caller to make; a suspicion is raised by itself.

        Raises InvitationsUsedUp with the wait. Whether a challenge was passed is for the caller to look at.
        """
        now = self.clock.now()
        past = await self.history.of(q or self.db, me, now)
        left = budget(past)
        if suspected := suspicion(past):
            await self.flags.raise_(FlagKind.SPAM, Subject(me), *suspected)
        if left.remaining == 0:
            wait = (left.resets_at - now).total_seconds() if left.resets_at else 0.0
            raise InvitationsUsedUp("you invited as many as you may within a day", retry_after=max(1.0, wait))
        return left
