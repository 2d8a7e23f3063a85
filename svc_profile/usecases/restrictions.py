"""Restrict members, and let them go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from mesh.principal import current_operator
from svc_profile.domain import decisions as domain
from svc_profile.domain.actions import ActionKind
from svc_profile.domain.decisions import Decision, RestrictionNotFound
from svc_profile.domain.ids import DecisionId, UserId
from svc_profile.domain.standing import RestrictionKind
from svc_profile.domain.trust_facts import RestrictionLifted, RestrictionSet
from svc_profile.domain.user import User, UserNotFound
from svc_profile.store.decisions import DecisionRepository
from svc_profile.store.trust_events import publish_trust
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access_changes import AccessChanges
from svc_profile.usecases.audit import Audit
from svc_profile.usecases.sessions import Sessions
from svc_profile.usecases.trust_letters import TrustLetters


@dataclass(frozen=True)
class Restrictions:
    """Every change locks the member, sums up what holds then, and voids the verdicts that others keep."""

    db: Database
    users: UserRepository
    decisions: DecisionRepository
    sessions: Sessions
    changes: AccessChanges
    audit: Audit
    letters: TrustLetters
    clock: Clock

    async def set(
        self, user_id: UserId, kind: RestrictionKind, *, reason: str, explanation: str, until: datetime | None
    ) -> tuple[Decision, Sequence[Decision]]:
        """A new restriction, and all that hold; raises UserNotFound, ExpiryInPast."""

        async def work(tx: Transaction) -> tuple[Decision, Sequence[Decision]]:
            user = await self._locked(tx, user_id)
            return await self.restrict(tx, user, kind, reason=reason, explanation=explanation, until=until)

        return await self.db.transact(work)

    async def restrict(
        self,
        tx: Transaction,
        user: User,
        kind: RestrictionKind,
        *,
        reason: str,
        explanation: str = "",
        until: datetime | None = None,
        flag_id: UUID | None = None,
    ) -> tuple[Decision, Sequence[Decision]]:
        """The same of a locked member, in the caller's transaction; raises ExpiryInPast."""
        now, decision_id = self.clock.now(), DecisionId(uuid7())
        decision = Decision.restrict(
            user.id,
            decision_id,
            kind,
            by=current_operator(),
            reason=reason,
            explanation=explanation,
            at=now,
            until=until,
            flag_id=flag_id,
        )
        held = await self.decisions.restrictions(tx, user.id)
        self.decisions.add(tx, decision)
        publish_trust(tx, RestrictionSet(decision))
        if kind.ends_sessions:
            await self.sessions.end_all(tx, user.id)
        if decision.is_told:
            self.letters.decided(tx, user, decision)
        self.audit.note(tx, ActionKind.RESTRICTED, decision.id, user_id=user.id, note=reason)
        return decision, await self._sum_up(tx, user.id, [*held, decision], now)

    async def lift(
        self, user_id: UserId, restriction_id: DecisionId, reason: str
    ) -> tuple[Decision, Sequence[Decision]]:
        """The restriction as it ended, and those that hold; raises RestrictionNotFound."""

        async def work(tx: Transaction) -> tuple[Decision, Sequence[Decision]]:
            user = await self.users.lock(tx, user_id)
            found = await self.decisions.find(tx, user_id, restriction_id) if user else None
            if user is None or found is None or found.kind.restriction is None:
                raise RestrictionNotFound(restriction_id)
            now = self.clock.now()
            return found.lifted(now), await self.undo(tx, user, [found], reason, at=now)

        return await self.db.transact(work)

    async def lift_all(self, user_id: UserId, reason: str) -> None:
        """End whatever is restricted about a member; raises UserNotFound."""

        async def work(tx: Transaction) -> None:
            user = await self._locked(tx, user_id)
            held = await self.decisions.restrictions(tx, user_id)
            await self.undo(tx, user, held, reason, at=self.clock.now())

        await self.db.transact(work)

    async def undo(
        self, tx: Transaction, user: User, lifted: Sequence[Decision], reason: str, *, at: datetime
    ) -> Sequence[Decision]:
        """End restrictions of a locked member in the caller's transaction; gives those that hold then."""
        for one in (one for one in lifted if one.ended(at) is None):
            self._end(tx, one, at)
            self.audit.note(tx, ActionKind.LIFTED, one.id, user_id=user.id, note=reason)
            if one.is_told:
                self.letters.lifted(tx, user, one)
        gone = {one.id for one in lifted}
        held = [one for one in await self.decisions.restrictions(tx, user.id) if one.id not in gone]
        return await self._sum_up(tx, user.id, held, at)

    async def expire(self, user_id: UserId) -> None:
        """End the restrictions of a member whose time is over: they count no more, now that is told as well."""

        async def work(tx: Transaction) -> None:
            await self.users.lock(tx, user_id)  # of a member who left they end as well, or would be found for ever
            now, held = self.clock.now(), await self.decisions.restrictions(tx, user_id)
            for one in held:
                if over := one.ended(now):
                    self._end(tx, one, over)
            await self._sum_up(tx, user_id, held, now)

        await self.db.transact(work)

    async def _locked(self, tx: Transaction, user_id: UserId) -> User:
        user = await self.users.lock(tx, user_id)
        if user is None:
            raise UserNotFound(user_id)
        return user

    def _end(self, tx: Transaction, decision: Decision, at: datetime) -> None:
        self.decisions.end(tx, decision, at)
        publish_trust(tx, RestrictionLifted(decision, at))

    async def _sum_up(
        self, tx: Transaction, user_id: UserId, held: Sequence[Decision], now: datetime
    ) -> Sequence[Decision]:
        self.changes.of(tx, user_id)
        await self.users.save_standing(tx, user_id, domain.standing(held, now))
        return domain.in_force(held, now)
