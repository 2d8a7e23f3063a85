"""Mails about accounts: each goes out if, and only if, the transaction that tells of it commits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mesh.data import Transaction
from mesh.mail import Letter, Mailer, Notice
from svc_profile.domain.devices import Client
from svc_profile.domain.ids import UserId
from svc_profile.domain.mailed_token import GOOD_FOR, MailedToken, Purpose
from svc_profile.domain.user import User
from svc_profile.store.mailed_tokens import MailedTokens
from svc_profile.usecases import letters

_PAGES = {
    Purpose.VERIFY_EMAIL: "verify-email",
    Purpose.RESET_PASSWORD: "reset-password",
    Purpose.CHANGE_EMAIL: "confirm-email",
    Purpose.UNDO_EMAIL: "undo-email",
    Purpose.VERIFY_COMPANY: "verify-company",
}


@dataclass(frozen=True)
class AccountMail:
    """`site` is where the pages are that links lead to; a token stands behind the #, which no server is told."""

    mailer: Mailer
    tokens: MailedTokens
    site: str

    def verification(self, tx: Transaction, user: User, at: datetime) -> None:
        """Ask who registered to prove that they read their mail."""
        self._with_token(tx, Purpose.VERIFY_EMAIL, user.id, user.email, at, letters.verify_email)

    def reset(self, tx: Transaction, user: User, at: datetime) -> None:
        """Give who reads the account's mail a way to a new password."""
        self._with_token(tx, Purpose.RESET_PASSWORD, user.id, user.email, at, letters.reset_password)

    def no_reset(self, tx: Transaction, nobody: UserId, at: datetime) -> None:
        """Do what `reset` does, for an address that gets no mail, of which nothing is kept."""
        self._with_token(tx, Purpose.RESET_PASSWORD, nobody, "", at, letters.reset_password, decoy=True)

    def email_change(self, tx: Transaction, user: User, email: str, at: datetime) -> None:
        """Ask who reads the mail of another address whether the account may move there."""
        self._with_token(tx, Purpose.CHANGE_EMAIL, user.id, email, at, letters.confirm_email)

    def company_verification(self, tx: Transaction, user: User, email: str, about: str, at: datetime) -> None:
        """Ask who reads the mail of an address at work whether it is the member's."""
        self._with_token(tx, Purpose.VERIFY_COMPANY, user.id, email, at, letters.verify_company, about=about)

    def email_in_use(self, tx: Transaction, user: User, email: str, at: datetime) -> None:
        """Tell who has an account that somebody wanted its address; costs what `email_change` does."""
        unknown = MailedToken.new(user.id)  # stored and mailed to nobody
        self.tokens.add(tx, unknown, Purpose.CHANGE_EMAIL, "", at, at + GOOD_FOR[Purpose.CHANGE_EMAIL])
        self.mailer.post(tx, Notice("email_in_use", email, letters.email_in_use(self._page("forgot-password"))))

    def email_changed(self, tx: Transaction, user: User, old: str, at: datetime) -> None:
        """Tell the address that an account left, with a way back."""
        self._with_token(tx, Purpose.UNDO_EMAIL, user.id, old, at, letters.email_changed)

    def email_restored(self, tx: Transaction, user: User, email: str, at: datetime) -> None:
        """Give who took the account back a way to a new password."""
        self._with_token(tx, Purpose.RESET_PASSWORD, user.id, email, at, letters.email_restored)

    def password_changed(self, tx: Transaction, user: User) -> None:
        """Tell the member."""
        letter = letters.password_changed(self._page("forgot-password"))
        self.mailer.post(tx, Notice("password_changed", user.email, letter, about=user.id))

    def closed(self, tx: Transaction, user: User, receipt: str, erase_after: datetime) -> None:
        """Give who has left the receipt."""
        letter = letters.account_closed(receipt, erase_after, f"{self._page('erasure')}#receipt={receipt}")
        self.mailer.post(tx, Notice("account_closed", user.email, letter, about=user.id))

    def new_device(self, tx: Transaction, user: User, client: Client, at: datetime) -> None:
        """Tell the member."""
        letter = letters.new_device(client, at, self._page("sessions"))
        self.mailer.post(tx, Notice("new_device", user.email, letter, about=user.id))

    def _with_token(
        self,
        tx: Transaction,
        purpose: Purpose,
        user_id: UserId,
        to: str,
        at: datetime,
        letter: Callable[[str], Letter],
        *,
        decoy: bool = False,
        about: str = "",
    ) -> None:
        token = MailedToken.new(user_id)
        self.tokens.add(tx, token, purpose, to, at, at + GOOD_FOR[purpose], about)
        said = letter(f"{self._page(_PAGES[purpose])}#token={token}")
        self.mailer.post(tx, Notice(purpose.value, to, said, about=user_id, worth=GOOD_FOR[purpose], decoy=decoy))

    def _page(self, name: str) -> str:
        return f"{self.site.rstrip('/')}/{name}"
