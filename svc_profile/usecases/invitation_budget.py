"""How many members somebody may still invite; who overdoes it is suspected."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database
from mesh.principal import Principal
from svc_profile.domain.challenge import ChallengeRequired
from svc_profile.domain.connection import Connection
from svc_profile.domain.flags import FlagKind, Subject
from svc_profile.domain.ids import UserId
from svc_profile.domain.invitation_budget import InvitationBudget, InvitationsUsedUp, budget, suspicion
from svc_profile.domain.signals import Doing
from svc_profile.store.invitations import InvitationHistory
from svc_profile.usecases.challenges import Challenges
from svc_profile.usecases.connections import Connections
from svc_profile.usecases.flags import Flags
from svc_profile.usecases.signals import Signals


@dataclass(frozen=True)
class InvitationBudgets:
    """Counted from what is stored, so that no restart and no other process gives more."""

    db: Database
    history: InvitationHistory
    flags: Flags
    clock: Clock

    async def of(self, me: UserId) -> InvitationBudget:
        """What is left to a member now."""
        return budget(await self.history.of(self.db, me, self.clock.now()))

    async def suspect(self, me: UserId) -> None:
        """Raise a flag where the member's invitations look like those of a robot."""
        if suspected := suspicion(await self.history.of(self.db, me, self.clock.now())):
            await self.flags.raise_apart(FlagKind.SPAM, Subject(me), *suspected)


@dataclass(frozen=True)
class Invitations:
    """Requests to connect within the budget, behind a challenge where it asks for one."""

    connections: Connections
    budgets: InvitationBudgets
    challenges: Challenges
    signals: Signals

    async def send(self, caller: Principal, me: UserId, other: UserId, note: str, token: str) -> Connection:
        """Ask for a connection, as `Connections.request`; also raises InvitationsUsedUp, ChallengeRequired.

        A token is used where one is asked for, so that an invitation which needs none, or changes nothing, keeps it.
        """
        try:
            connection = await self._ask(caller, me, other, note, token)
        except (InvitationsUsedUp, ChallengeRequired):
            await self.budgets.suspect(me)
            raise
        self.signals.note(me, Doing.INVITED)
        return connection

    async def _ask(self, caller: Principal, me: UserId, other: UserId, note: str, token: str) -> Connection:
        try:
            return await self.connections.request(me, other, note)
        except ChallengeRequired:
            if not await self.challenges.redeem(caller, token, f"invite {other}"):
                raise
        return await self.connections.request(me, other, note, passed=True)
