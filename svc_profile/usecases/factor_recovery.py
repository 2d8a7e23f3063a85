"""Remove all second factors of an account whose owner has lost them, after a waiting period."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_profile.domain.devices import Client
from svc_profile.domain.factor_recovery import MOST_MAILS, WITHIN, Recovery, RecoveryNotDue
from svc_profile.domain.facts import SecondFactorRecoveryRequested
from svc_profile.domain.ids import UserId
from svc_profile.domain.login_throttling import TooManyLogins
from svc_profile.domain.mailed_token import MailedToken, Purpose, VerificationTokenInvalid
from svc_profile.domain.second_factors import SecondFactorTokenInvalid
from svc_profile.domain.sign_in_step import StepToken
from svc_profile.domain.user import User
from svc_profile.store.events import publish
from svc_profile.store.factor_recoveries import FactorRecoveries
from svc_profile.store.mailed_tokens import MailedTokens
from svc_profile.store.sign_in_steps import SignInSteps
from svc_profile.store.users import UserRepository
from svc_profile.usecases.factor_changes import FactorChanges
from svc_profile.usecases.factor_mail import FactorMail
from svc_profile.usecases.recovery_end import end_recovery


@dataclass(frozen=True)
class FactorRecovery:
    """A mailbox alone is not enough: it takes the password, days, and an owner who does not object."""

    db: Database
    users: UserRepository
    steps: SignInSteps
    recoveries: FactorRecoveries
    tokens: MailedTokens
    changes: FactorChanges
    mail: FactorMail
    wait: timedelta
    clock: Clock

    async def start(self, text: str, client: Client) -> datetime:
        """When it may be finished; a repeat changes nothing. Raises SecondFactorTokenInvalid, TooManyLogins."""

        async def work(tx: Transaction) -> datetime:
            user, now = await self._of_step(tx, text, client), self.clock.now()
            pending = await self.recoveries.find(tx, user.id)
            if pending and pending.is_pending(now):
                return pending.due_at
            if await self.tokens.recent(tx, user.id, Purpose.CANCEL_RECOVERY, now - WITHIN) >= MOST_MAILS:
                raise TooManyLogins(WITHIN)
            recovery = Recovery(now + self.wait)
            await self._end(tx, user.id, now)  # mails about an earlier request, however it ended, do not end this one
            self.recoveries.add(tx, user.id, recovery, now)
            publish(tx, SecondFactorRecoveryRequested(user.id, recovery.due_at), by=user.id)
            earlier = await self.tokens.ways_back(tx, user.id, now)
            self.mail.recovery_requested(tx, user, [user.email, *earlier], recovery, now)
            return recovery.due_at

        return await self.db.transact(work)

    async def finish(self, text: str, client: Client) -> None:
        """Remove all second factors; raises SecondFactorTokenInvalid, RecoveryNotDue."""

        async def work(tx: Transaction) -> None:
            user, now = await self._of_step(tx, text, client), self.clock.now()
            recovery = await self.recoveries.find(tx, user.id)
            if recovery is None:
                raise RecoveryNotDue(None)
            recovery.must_be_due(now)
            await self._end(tx, user.id, now)
            self.steps.drop(tx, user.id)
            await self.changes.remove_all(tx, user, now)

        await self.db.transact(work)

    async def cancel(self, me: UserId) -> None:
        """End the request about the caller's account, if there is one; raises AccountGone."""

        async def work(tx: Transaction) -> None:
            user = await self.changes.locked(tx, me)
            await self._end(tx, user.id, self.clock.now())

        await self.db.transact(work)

    async def cancel_by_mail(self, text: str) -> None:
        """The same by who reads the mail about it; raises VerificationTokenInvalid."""

        async def work(tx: Transaction) -> None:
            token, now = MailedToken.parse(text), self.clock.now()
            user = await self.users.lock(tx, token.user_id) if token else None
            mailed = await self.tokens.find(tx, token, Purpose.CANCEL_RECOVERY) if token and user else None
            if user is None or mailed is None or not mailed.is_good(now):
                raise VerificationTokenInvalid
            await self._end(tx, user.id, now)

        await self.db.transact(work)

    async def _end(self, tx: Transaction, user_id: UserId, at: datetime) -> None:
        await end_recovery(tx, self.recoveries, user_id, at)
        self.tokens.spend(tx, user_id, [Purpose.CANCEL_RECOVERY], at)

    async def _of_step(self, tx: Transaction, text: str, client: Client) -> User:
        """The member, locked, who gave the right password on this device; the token goes on working."""
        token = StepToken.parse(text)
        user = await self.users.lock(tx, token.user_id) if token else None
        step = await self.steps.count(tx, token) if token and user else None
        if user is None or step is None or not (step.by_password and step.may_be_tried(client, self.clock.now())):
            raise SecondFactorTokenInvalid
        return user
