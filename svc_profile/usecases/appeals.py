"""Hear members who object to decisions about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.principal import current_operator
from svc_profile.domain.actions import ActionKind
from svc_profile.domain.appeals import Appeal, AppealExists, AppealNotFound, AppealState, DecisionNotFound
from svc_profile.domain.decisions import Decision
from svc_profile.domain.ids import DecisionId, UserId
from svc_profile.domain.trust_facts import AppealDecided, ContentRestored
from svc_profile.domain.user import AccountGone, User
from svc_profile.store.appeals import AppealRepository
from svc_profile.store.decisions import DecisionRepository
from svc_profile.store.trust_events import publish_trust
from svc_profile.store.users import UserRepository
from svc_profile.usecases.audit import Audit
from svc_profile.usecases.restrictions import Restrictions
from svc_profile.usecases.trust_letters import TrustLetters


@dataclass(frozen=True)
class Appeals:
    """The member's row is locked for each change, as it is for decisions about them."""

    db: Database
    users: UserRepository
    decisions: DecisionRepository
    appeals: AppealRepository
    restrictions: Restrictions
    audit: Audit
    letters: TrustLetters
    pager: Pager
    clock: Clock

    async def create(self, me: UserId, decision_id: DecisionId, text: str) -> Appeal:
        """Object to a decision, once; raises DecisionNotFound, DecisionEnded, AppealExists, AccountGone."""

        async def work(tx: Transaction) -> Appeal:
            if await self.users.lock(tx, me) is None:
                raise AccountGone
            decision = await self.decisions.find(tx, me, decision_id)
            if decision is None:
                raise DecisionNotFound(decision_id)
            appeal = Appeal.against(decision, text, self.clock.now())
            if await self.appeals.find(tx, me, decision_id) is not None:
                raise AppealExists(f"you objected to decision {decision_id} already: wait for the answer")
            self.appeals.add(tx, appeal)
            return appeal

        return await self.db.transact(work)

    async def oldest(self, state: AppealState, token: str, size: int) -> Page[Appeal]:
        """Appeals in one state, the oldest first; raises PageTokenInvalid."""
        return await self.pager.page(token, size, f"appeals/{state}", self.appeals.oldest(self.db, state))

    async def decided(self, me: UserId, token: str, size: int) -> Page[tuple[Decision, Appeal | None]]:
        """The decisions that a member is told of with what they said against each; raises PageTokenInvalid."""

        async def with_appeals(decisions: Sequence[Decision]) -> list[tuple[Decision, Appeal | None]]:
            found, now = await self.appeals.of(self.db, me, [one.id for one in decisions]), self.clock.now()
            return [(one.seen(now), found.get(one.id)) for one in decisions]

        listing = self.decisions.told(self.db, me).dressed(with_appeals)
        return await self.pager.page(token, size, f"decisions/{me}", listing)

    async def resolve(self, user_id: UserId, decision_id: DecisionId, outcome: AppealState, answer: str) -> Appeal:
        """Uphold a decision, or undo it with what it did; raises AppealNotFound, AppealAlreadyResolved."""

        async def work(tx: Transaction) -> Appeal:
            user = await self.users.lock(tx, user_id)
            before = await self.appeals.find(tx, user_id, decision_id) if user else None
            decision = await self.decisions.find(tx, user_id, decision_id) if before else None
            if user is None or before is None or decision is None:
                raise AppealNotFound(decision_id)
            now, lifted = self.clock.now(), outcome is AppealState.LIFTED
            after = before.resolved(outcome, answer, by=current_operator(), at=now)
            if after == before:
                return before
            self.appeals.save(tx, after)
            if lifted:
                await self._undo(tx, user, decision, answer, now)
            else:
                self.letters.upheld(tx, user, answer)
            publish_trust(tx, AppealDecided(user_id, decision_id, lifted, now))
            note = f"{outcome}: {answer}"
            self.audit.note(tx, ActionKind.APPEAL_RESOLVED, decision_id, user_id=user_id, note=note)
            return after

        return await self.db.transact(work)

    async def _undo(self, tx: Transaction, user: User, decision: Decision, answer: str, now: datetime) -> None:
        if decision.content is not None:
            self.decisions.end(tx, decision, now)
            publish_trust(tx, ContentRestored(decision.content, decision.id, decision.user_id, now))
            self.audit.note(tx, ActionKind.CONTENT_RESTORED, decision.id, user_id=user.id, note=answer)
        elif decision.ended(now) is None:
            await self.restrictions.undo(tx, user, [decision], answer, at=now)  # which tells the member
            return
        self.letters.lifted(tx, user, decision)
