"""The e-mail addresses of accounts: verified, changed, taken back."""

from dataclasses import dataclass
from datetime import datetime

from mesh.auth import Passwords
from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_profile.domain.devices import Client
from svc_profile.domain.facts import EmailVerified, PasswordChanged, ProfileChanged
from svc_profile.domain.ids import UserId
from svc_profile.domain.mailed_token import GOOD_FOR, Mailed, MailedToken, Purpose, VerificationTokenInvalid
from svc_profile.domain.session import normalised
from svc_profile.domain.user import AccountGone, User
from svc_profile.store.credentials import Credentials, CredentialsRepository
from svc_profile.store.events import publish
from svc_profile.store.mailed_tokens import MailedTokens
from svc_profile.store.passkeys import PasskeyRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.account_mail import AccountMail
from svc_profile.usecases.contact_index import ContactIndex
from svc_profile.usecases.password_proof import PasswordProof
from svc_profile.usecases.sessions import Sessions

_OF_THE_OLD_ADDRESS = (Purpose.VERIFY_EMAIL, Purpose.RESET_PASSWORD, Purpose.CHANGE_EMAIL)


@dataclass(frozen=True)
class Addresses:
    """Whoever brings a mailed token back reads the mail of the address it was sent to."""

    db: Database
    users: UserRepository
    credentials: CredentialsRepository
    tokens: MailedTokens
    passkeys: PasskeyRepository
    mail: AccountMail
    sessions: Sessions
    proof: PasswordProof
    passwords: Passwords
    contacts: ContactIndex
    clock: Clock

    async def verify(self, text: str) -> str:
        """The address that is verified now; a repeat changes nothing.

        Raises:
            VerificationTokenInvalid: the token is unknown or too old, or the account has another address.
        """

        async def work(tx: Transaction) -> str:
            user, mailed = await self._token(tx, text, Purpose.VERIFY_EMAIL)
            if mailed.email != user.email:
                raise VerificationTokenInvalid
            if user.email_verified and mailed.used_at is not None:
                return user.email
            now = self._must_be_good(mailed)
            self.tokens.spend(tx, user.id, [Purpose.VERIFY_EMAIL], now)
            self.users.set_email(tx, user.id, user.email, now)
            await self.contacts.refresh(tx, user.id)
            publish(tx, EmailVerified(user.id, now), by=user.id)
            return user.email

        return await self.db.transact(work)

    async def resend(self, me: UserId) -> None:
        """Mail the token once more, unless the address is verified; raises AccountGone."""

        async def work(tx: Transaction) -> None:
            user = await self._locked(tx, me)
            if not user.email_verified:
                self.mail.verification(tx, user, self.clock.now())

        await self.db.transact(work)

    async def request_change(self, me: UserId, email: str, password: str, client: Client) -> None:
        """Ask who reads the mail of `email` whether the account may move there; nothing tells if it has an account.

        Raises:
            AccountGone, PasswordMismatch, TooManyLogins.
        """
        new = normalised(email)
        _, known = await self.proof(me, password, client)

        async def work(tx: Transaction) -> None:
            user, owner, now = (
                await self.proof.still(tx, known),
                await self.credentials.owner(tx, new),
                self.clock.now(),
            )
            self.tokens.spend(tx, me, [Purpose.CHANGE_EMAIL], now)
            if new == user.email:
                return
            ask = self.mail.email_change if owner in {None, me} else self.mail.email_in_use
            ask(tx, user, new, now)

        await self.db.transact(work)

    async def confirm_change(self, text: str) -> str:
        """The address of the account from now on.

        Raises:
            VerificationTokenInvalid: the token is unknown, used or too old.
            EmailTaken: the address got an account meanwhile.
        """

        async def work(tx: Transaction) -> str:
            user, mailed = await self._token(tx, text, Purpose.CHANGE_EMAIL)
            now, known = self._must_be_good(mailed), await self.credentials.lock(tx, user.email)
            if known is None:
                raise VerificationTokenInvalid
            # What nobody proved to be the member's may be a stranger's, who must not get the account.
            until = now + GOOD_FOR[Purpose.UNDO_EMAIL] if user.email_verified else None
            await self._move(tx, user, mailed.email, known, now, held_until=until)
            self.tokens.spend(tx, user.id, _OF_THE_OLD_ADDRESS, now)
            if until is not None:
                self.mail.email_changed(tx, user, user.email, now)
            return mailed.email

        return await self.db.transact(work)

    async def undo_change(self, text: str) -> str:
        """The address that the account is back at: everybody is signed out, and the password works no more.

        Raises:
            VerificationTokenInvalid: the token is unknown, used or too old.
        """
        useless = self.passwords.useless()

        async def work(tx: Transaction) -> str:
            user, mailed = await self._token(tx, text, Purpose.UNDO_EMAIL)
            now, known = self._must_be_good(mailed), await self.credentials.lock(tx, user.email)
            if known is None or mailed.email == user.email:
                raise VerificationTokenInvalid
            await self._move(tx, user, mailed.email, Credentials(user.id, useless), now, held_until=None)
            self.tokens.spend(tx, user.id, _OF_THE_OLD_ADDRESS, now)
            # Who took an account moves it twice to get a way back, too: it must not shut those of addresses before.
            self.tokens.spend(tx, user.id, [Purpose.UNDO_EMAIL], now, since=mailed.created_at)
            self.passkeys.need_password(tx, user.id)
            await self.sessions.end_all(tx, user.id)
            publish(tx, PasswordChanged(user.id, by_reset=True, at=now), by=user.id)
            self.mail.email_restored(tx, user, mailed.email, now)
            return mailed.email

        return await self.db.transact(work)

    async def _move(
        self, tx: Transaction, user: User, email: str, owner: Credentials, now: datetime, *, held_until: datetime | None
    ) -> None:
        await self.credentials.move(tx, user.email, email, owner, now, held_until=held_until)
        self.users.set_email(tx, user.id, email, now)
        await self.contacts.refresh(tx, user.id)
        publish(tx, ProfileChanged(user.id, ("email",), now), by=user.id)
        publish(tx, EmailVerified(user.id, now), by=user.id)

    async def _token(self, tx: Transaction, text: str, purpose: Purpose) -> tuple[User, Mailed]:
        """Whose token it is, locked, with what is known of it; raises VerificationTokenInvalid."""
        token = MailedToken.parse(text)
        user = await self.users.lock(tx, token.user_id) if token else None
        mailed = await self.tokens.find(tx, token, purpose) if token and user else None
        if user is None or mailed is None:
            raise VerificationTokenInvalid
        return user, mailed

    def _must_be_good(self, mailed: Mailed) -> datetime:
        now = self.clock.now()
        if not mailed.is_good(now):
            raise VerificationTokenInvalid
        return now

    async def _locked(self, tx: Transaction, me: UserId) -> User:
        user = await self.users.lock(tx, me)
        if user is None:
            raise AccountGone
        return user
