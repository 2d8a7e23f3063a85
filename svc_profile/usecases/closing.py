"""Close accounts, reopen those that are not erased yet, tell what became of the data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from mesh.clock import Clock
from mesh.data import Database, Querier, Transaction
from svc_profile.domain.devices import Client
from svc_profile.domain.erasure import Erasure, ErasureNotFound, Receipt, State
from svc_profile.domain.facts import AccountClosed, AccountReopened
from svc_profile.domain.ids import UserId
from svc_profile.store.erasures import ErasureRepository, Step
from svc_profile.store.events import publish
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access_changes import AccessChanges
from svc_profile.usecases.account_mail import AccountMail
from svc_profile.usecases.password_proof import PasswordProof
from svc_profile.usecases.sessions import Sessions


class Told(NamedTuple):
    """An erasure with what each service has done."""

    erasure: Erasure
    steps: Mapping[str, Step]


@dataclass(frozen=True)
class Closing:
    """What is closed is hidden from everybody with the commit: not found, verdicts void, sessions ended."""

    db: Database
    users: UserRepository
    erasures: ErasureRepository
    sessions: Sessions
    proof: PasswordProof
    mail: AccountMail
    changes: AccessChanges
    clock: Clock
    grace: timedelta

    async def close(self, me: UserId, password: str, client: Client) -> Erasure:
        """Close the account and mail the receipt; raises AccountGone, PasswordMismatch, TooManyLogins."""
        _, known = await self.proof(me, password, client)

        async def work(tx: Transaction) -> Erasure:
            user, now = await self.proof.still(tx, known), self.clock.now()
            erasure, receipt = Erasure.of(me, now, self.grace)
            self.users.close(tx, me, now)
            await self.sessions.end_all(tx, me)
            self.changes.of(tx, me)
            self.erasures.add(tx, erasure)
            publish(tx, AccountClosed(me, erasure.id, now), by=me)
            self.mail.closed(tx, user, str(receipt), erasure.erase_after)
            return erasure

        return await self.db.transact(work)

    async def reopen(self, text: str) -> Told:
        """Call an erasure off; raises ErasureNotFound, ErasureUnderWay."""
        receipt = Receipt.parse(text)

        async def work(tx: Transaction) -> Erasure:
            found, now = await self.erasures.lock(tx, receipt.erasure_id), self.clock.now()
            if found is None or not found.is_of(receipt):
                raise ErasureNotFound
            cancelled = found.cancel(now)
            if found.state is not State.CANCELLED and found.user_id is not None:
                self.erasures.save(tx, cancelled)
                self.users.reopen(tx, found.user_id)
                self.changes.of(tx, found.user_id)
                publish(tx, AccountReopened(found.user_id, now), by=found.user_id)
            return cancelled

        return Told(await self.db.transact(work), {})

    async def tell(self, text: str, q: Querier | None = None) -> Told:
        """How far an erasure is; raises ErasureNotFound."""
        receipt = Receipt.parse(text)
        found = await self.erasures.find(q or self.db, receipt.erasure_id)
        if found is None or not found.is_of(receipt):
            raise ErasureNotFound
        return Told(found, await self.erasures.steps(q or self.db, found.id))
