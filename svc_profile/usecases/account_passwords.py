"""The passwords of accounts: changed by who knows the old one, or set anew by who reads the account's mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mesh.auth import Passwords
from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from svc_profile.domain.devices import Client
from svc_profile.domain.facts import EmailVerified, PasswordChanged
from svc_profile.domain.ids import SessionId, UserId
from svc_profile.domain.mailed_token import MailedToken, Purpose, ResetTokenInvalid
from svc_profile.domain.passwords import check_strength
from svc_profile.domain.session import normalised
from svc_profile.domain.user import User
from svc_profile.store.credentials import CredentialsRepository
from svc_profile.store.events import publish
from svc_profile.store.mailed_tokens import MailedTokens
from svc_profile.store.passkeys import PasskeyRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.account_mail import AccountMail
from svc_profile.usecases.contact_index import ContactIndex
from svc_profile.usecases.guesses import Guesses
from svc_profile.usecases.password_proof import PasswordProof
from svc_profile.usecases.sessions import Sessions

MOST_RESETS = 3
"""Mails with a reset token that an account gets within an hour, however many ask."""
_RESETS_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class AccountPasswords:
    """A new password ends sessions that were opened with the old one, and the member is told."""

    db: Database
    users: UserRepository
    credentials: CredentialsRepository
    tokens: MailedTokens
    passkeys: PasskeyRepository
    mail: AccountMail
    sessions: Sessions
    proof: PasswordProof
    passwords: Passwords
    guesses: Guesses
    contacts: ContactIndex
    clock: Clock

    async def change(self, me: UserId, session: SessionId | None, current: str, new: str, client: Client) -> int:
        """How many other sessions were ended.

        Raises:
            AccountGone, PasswordMismatch, TooManyLogins.
            PasswordTooWeak: the new one is among the first that are guessed.
        """
        user, known = await self.proof(me, current, client)
        check_strength(new, email=user.email, name=user.name, field="new_password")
        password_hash = await self.passwords.hash(new)

        async def work(tx: Transaction) -> int:
            return await self._set(tx, await self.proof.still(tx, known), password_hash, self.clock.now(), but=session)

        return await self.db.transact(work)

    async def request_reset(self, email: str) -> None:
        """Mail a token to the address if it has an account; neither answer nor time tells whether it has."""
        address, nobody = normalised(email), UserId(uuid7())

        async def work(tx: Transaction) -> None:
            now, known = self.clock.now(), await self.credentials.find(tx, address)
            user = await self.users.lock(tx, known.user_id if known else nobody)
            asked = await self.tokens.recent(
                tx, user.id if user else nobody, Purpose.RESET_PASSWORD, now - _RESETS_WITHIN
            )
            if user is not None and asked < MOST_RESETS:
                self.mail.reset(tx, user, now)
            else:
                self.mail.no_reset(tx, nobody, now)

        await self.db.transact(work)

    async def reset(self, text: str, new: str, client: Client) -> None:
        """Set a password by a mailed token, and end all sessions of the account.

        Raises:
            ResetTokenInvalid: the token is unknown, used or too old, or the account has another address.
            PasswordTooWeak: the new one is among the first that are guessed.
        """
        token = MailedToken.parse(text)
        found = await self.users.find(self.db, token.user_id) if token else None
        if token is None or found is None or not await self._is_good(self.db, token, found[0]):
            raise ResetTokenInvalid
        check_strength(new, email=found[0].email, name=found[0].name, field="new_password")
        password_hash = await self.passwords.hash(new)

        async def work(tx: Transaction) -> User:
            user, now = await self.users.lock(tx, token.user_id), self.clock.now()
            if user is None or not await self._is_good(tx, token, user):
                raise ResetTokenInvalid
            self.passkeys.need_password(tx, user.id)  # one may be a thief's, who would sign in with it behind the reset
            await self._set(tx, user, password_hash, now, by_reset=True)
            if not user.email_verified:  # its mail was just read
                self.users.set_email(tx, user.id, user.email, now)
                await self.contacts.refresh(tx, user.id)
                publish(tx, EmailVerified(user.id, now), by=user.id)
            return user

        user = await self.db.transact(work)
        await self.guesses.forget(user.email, client.address)

    async def _set(
        self,
        tx: Transaction,
        user: User,
        password_hash: str,
        now: datetime,
        *,
        but: SessionId | None = None,
        by_reset: bool = False,
    ) -> int:
        await self.credentials.set_password(tx, user.email, password_hash, now)
        self.tokens.spend(tx, user.id, [Purpose.RESET_PASSWORD, Purpose.CHANGE_EMAIL], now)
        ended = await self.sessions.end_all(tx, user.id, but=but)
        publish(tx, PasswordChanged(user.id, by_reset=by_reset, at=now), by=user.id)
        self.mail.password_changed(tx, user)
        return ended

    async def _is_good(self, q: Database | Transaction, token: MailedToken, user: User) -> bool:
        mailed = await self.tokens.find(q, token, Purpose.RESET_PASSWORD)
        return mailed is not None and mailed.email == user.email and mailed.is_good(self.clock.now())
