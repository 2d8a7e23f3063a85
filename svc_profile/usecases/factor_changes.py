"""Second factors are set up and removed, by members who proved just now that it is them."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_profile.domain import recovery_codes
from svc_profile.domain.devices import Client
from svc_profile.domain.facts import SecondFactorChanged
from svc_profile.domain.ids import UserId
from svc_profile.domain.login_throttling import MOST_CODES
from svc_profile.domain.second_factors import Factor, SecondFactorInvalid, SecondFactorMissing, SecondFactors
from svc_profile.domain.totp import CONFIRMED_WITHIN, Totp, TotpAlreadySetUp
from svc_profile.domain.user import AccountGone, User
from svc_profile.store.events import publish
from svc_profile.store.passkeys import PasskeyRepository
from svc_profile.store.recovery_codes import RecoveryCodes
from svc_profile.store.second_factors import SecondFactorRepository
from svc_profile.store.totp_secrets import TotpSecrets
from svc_profile.store.users import UserRepository
from svc_profile.usecases.factor_mail import FactorMail
from svc_profile.usecases.guesses import Guesses


class NewTotp(NamedTuple):
    """What an authenticator app is given."""

    secret: str
    address: str
    expires_at: datetime


@dataclass(frozen=True)
class FactorChanges:
    """Made under the lock of the member; each is told by mail and by an event."""

    db: Database
    users: UserRepository
    factors: SecondFactorRepository
    totps: TotpSecrets
    passkeys: PasskeyRepository
    codes: RecoveryCodes
    mail: FactorMail
    guesses: Guesses
    clock: Clock

    async def start_totp(self, me: UserId) -> NewTotp:
        """A secret for an authenticator app; raises TotpAlreadySetUp, AccountGone."""

        async def work(tx: Transaction) -> NewTotp:
            user, now = await self.locked(tx, me), self.clock.now()
            if (await self.factors.find(tx, me)).totp_since is not None:
                raise TotpAlreadySetUp
            totp = Totp.new(now)
            self.totps.begin(tx, me, totp)
            return NewTotp(totp.secret, totp.address(user.email), now + CONFIRMED_WITHIN)

        return await self.db.transact(work)

    async def confirm_totp(self, me: UserId, code: str, client: Client) -> Sequence[str]:
        """Let the app count; the recovery codes that come with the first second factor.

        Raises:
            SecondFactorInvalid: it is another code, or there is no secret to confirm.
            AccountGone, TooManyLogins.
        """

        async def work(tx: Transaction) -> Sequence[str]:
            user, now = await self.locked(tx, me), self.clock.now()
            before, totp = await self.factors.find(tx, me), await self.totps.find(tx, me)
            step = totp.step_of(code, now) if totp and totp.may_be_confirmed(now) else None
            if totp is None or step is None:
                raise SecondFactorInvalid
            self.totps.save(tx, me, dataclasses.replace(totp, confirmed_at=now, last_step=step))
            return self.added(tx, user, Factor.TOTP, before, now)

        async with self.guesses.one(f"factors of {me}", client.address, MOST_CODES):
            return await self.db.transact(work)

    async def disable_totp(self, me: UserId) -> None:
        """Remove the app, if there is one; raises AccountGone."""

        async def work(tx: Transaction) -> None:
            user, factors = await self.locked(tx, me), await self.factors.find(tx, me)
            self.totps.drop(tx, me)
            if factors.totp_since is not None:
                left = dataclasses.replace(factors, totp_since=None)
                self.removed(tx, user, Factor.TOTP, left, self.clock.now())

        await self.db.transact(work)

    async def regenerate(self, me: UserId) -> Sequence[str]:
        """New recovery codes in the place of those until now; raises SecondFactorMissing, AccountGone."""

        async def work(tx: Transaction) -> Sequence[str]:
            user, now = await self.locked(tx, me), self.clock.now()
            if not (await self.factors.find(tx, me)).any:
                raise SecondFactorMissing
            self._told(tx, user, Factor.RECOVERY_CODES, now, works=True)
            return self._new_codes(tx, me, now)

        return await self.db.transact(work)

    def added(
        self, tx: Transaction, user: User, factor: Factor, before: SecondFactors, at: datetime, *, named: str = ""
    ) -> Sequence[str]:
        """Tell of a factor; the recovery codes that come with the first one."""
        self._told(tx, user, factor, at, works=True, named=named)
        return [] if before.any else self._new_codes(tx, user.id, at)

    def removed(
        self, tx: Transaction, user: User, factor: Factor, left: SecondFactors, at: datetime, *, named: str = ""
    ) -> None:
        """Tell that a factor is no more; with the last one the recovery codes go."""
        if not left.any:
            self.codes.replace(tx, user.id, [], at)
        self._told(tx, user, factor, at, works=False, named=named)

    async def remove_all(self, tx: Transaction, user: User, at: datetime) -> None:
        """Remove all factors of a member who is locked."""
        factors, passkeys = await self.factors.find(tx, user.id), await self.passkeys.all(tx, user.id)
        self.totps.drop(tx, user.id)
        self.passkeys.drop(tx, user.id, passkeys)
        if factors.totp_since is not None:
            self.removed(tx, user, Factor.TOTP, SecondFactors(), at)
        for one in passkeys:
            self.removed(tx, user, Factor.PASSKEY, SecondFactors(), at, named=one.title)

    async def locked(self, tx: Transaction, me: UserId) -> User:
        """The member; raises AccountGone."""
        user = await self.users.lock(tx, me)
        if user is None:
            raise AccountGone
        return user

    def _new_codes(self, tx: Transaction, me: UserId, at: datetime) -> Sequence[str]:
        codes = recovery_codes.new_codes()
        self.codes.replace(tx, me, [recovery_codes.digest(code) for code in codes], at)
        return codes

    def _told(self, tx: Transaction, user: User, factor: Factor, at: datetime, *, works: bool, named: str = "") -> None:
        publish(tx, SecondFactorChanged(user.id, factor, works=works, at=at), by=user.id)
        self.mail.changed(tx, user, factor, works=works, named=named)
