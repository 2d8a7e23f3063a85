"""Show that one works where a position says, by reading mail there."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_profile.domain.career import Position, Verification, find_part
from svc_profile.domain.company_verification import WorkAddressTaken, work_domain
from svc_profile.domain.facts import ProfileChanged
from svc_profile.domain.ids import UserId
from svc_profile.domain.mailed_token import MailedToken, Purpose, VerificationTokenInvalid
from svc_profile.domain.session import normalised
from svc_profile.domain.user import AccountGone, User
from svc_profile.store.career import CareerRepository
from svc_profile.store.events import publish
from svc_profile.store.mailed_tokens import MailedTokens
from svc_profile.store.users import UserRepository
from svc_profile.store.work_addresses import WorkAddresses
from svc_profile.usecases.account_mail import AccountMail


@dataclass(frozen=True)
class CompanyVerifications:
    """Each verb locks the member. What is verified counts for `worth`; of the address a hash is kept."""

    db: Database
    users: UserRepository
    career: CareerRepository
    tokens: MailedTokens
    addresses: WorkAddresses
    mail: AccountMail
    clock: Clock
    worth: timedelta

    async def start(self, me: UserId, position_id: UUID, email: str) -> None:
        """Mail a token to an address; those before are of no use any more.

        Raises:
            WorkAddressRefused, PositionNotFound, AccountGone.
        """
        address = normalised(email)
        work_domain(address)

        async def work(tx: Transaction) -> None:
            user, now = await self._locked(tx, me), self.clock.now()
            position = find_part(Position, position_id, await self.career.of_member(tx, Position, me))
            self.tokens.spend(tx, me, [Purpose.VERIFY_COMPANY], now)
            self.mail.company_verification(tx, user, address, _about(position), now)

        await self.db.transact(work)

    async def confirm(self, me: UserId, text: str) -> Position:
        """The position that the token was mailed for, verified.

        Raises:
            VerificationTokenInvalid: the token is another member's, unknown, used or too old, or the position is gone
                or at another company.
            WorkAddressTaken: the address verifies another member.
            AccountGone.
        """
        token = MailedToken.parse(text)
        if token is None or token.user_id != me:  # who is only sent the link verifies nobody by following it
            raise VerificationTokenInvalid

        async def work(tx: Transaction) -> Position:
            await self._locked(tx, me)
            mailed, now = await self.tokens.find(tx, token, Purpose.VERIFY_COMPANY), self.clock.now()
            there = await self.career.of_member(tx, Position, me)
            found = [one for one in there if mailed is not None and _about(one) == mailed.about]
            if mailed is None or not mailed.is_good(now) or not found:
                raise VerificationTokenInvalid
            end = now + self.worth
            if not await self.addresses.claim(tx, mailed.email, me, now, end):
                raise WorkAddressTaken("the address verified another member")
            self.tokens.spend(tx, me, [Purpose.VERIFY_COMPANY], now)
            return self._save(tx, me, found[0], Verification(work_domain(mailed.email), now, end), now)

        return await self.db.transact(work)

    async def delete(self, me: UserId, position_id: UUID) -> None:
        """Take the verification off a position; raises PositionNotFound, AccountGone."""

        async def work(tx: Transaction) -> None:
            await self._locked(tx, me)
            position = find_part(Position, position_id, await self.career.of_member(tx, Position, me))
            if position.verification is not None:
                self._save(tx, me, position, None, self.clock.now())

        await self.db.transact(work)

    def _save(
        self, tx: Transaction, me: UserId, position: Position, verification: Verification | None, now: datetime
    ) -> Position:
        after = dataclasses.replace(position, verification=verification)
        self.career.save(tx, me, after)
        self.users.part_changed(tx, me, now)
        publish(tx, ProfileChanged(me, (Position.FIELD,), now), by=me)
        return after

    async def _locked(self, tx: Transaction, me: UserId) -> User:
        user = await self.users.lock(tx, me)
        if user is None:
            raise AccountGone
        return user


def _about(position: Position) -> str:
    """What a token is good for: another one once the position is at another company."""
    return f"{position.id} {position.employer}"
