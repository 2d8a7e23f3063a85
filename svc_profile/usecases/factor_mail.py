"""Mails about second factors: whoever changes them, the member is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mesh.data import Transaction
from mesh.mail import Letter, Link, Mailer, Notice
from svc_profile.domain.factor_recovery import Recovery
from svc_profile.domain.mailed_token import GOOD_FOR, MailedToken, Purpose
from svc_profile.domain.second_factors import Factor
from svc_profile.domain.user import User
from svc_profile.store.mailed_tokens import MailedTokens

_LINK = "If this was not you, end the sessions that are not yours and change your password"


@dataclass(frozen=True)
class FactorMail:
    """`site` is where the pages are that links lead to."""

    mailer: Mailer
    tokens: MailedTokens
    site: str

    def changed(self, tx: Transaction, user: User, factor: Factor, *, works: bool, named: str = "") -> None:
        """Tell of a factor that was added or removed, by its name where there are several of a kind."""
        done = "can be used for your account from now on" if works else "can be used for your account no more"
        what = named or factor.value
        says = f"{what[0].upper()}{what[1:]} {done}."
        self._post(tx, user, "second_factor_changed", "The second factors of your account were changed", says)

    def recovery_code_used(self, tx: Transaction, user: User) -> None:
        """Tell that one is used up."""
        says = "One of your recovery codes was used, and works no more."
        self._post(tx, user, "recovery_code_used", "A recovery code was used", says)

    def passkey_cloned(self, tx: Transaction, user: User, named: str) -> None:
        """Tell that two devices seem to hold one passkey."""
        says = (
            f"A sign-in with {named} was refused: it was used oftener before than its device knows, as if somebody "
            "had a copy of it. Remove it and add a new one, unless you brought the device back to an older state."
        )
        self._post(tx, user, "passkey_cloned", "A passkey of your account may have been copied", says)

    def recovery_requested(
        self, tx: Transaction, user: User, addresses: Iterable[str], recovery: Recovery, at: datetime
    ) -> None:
        """Tell every address and the phone of an account that somebody wants to be rid of its second factors."""
        worth = GOOD_FOR[Purpose.CANCEL_RECOVERY]
        when = f"{recovery.due_at:%Y-%m-%d %H:%M} UTC"
        for address in addresses:
            token = MailedToken.new(user.id)
            self.tokens.add(tx, token, Purpose.CANCEL_RECOVERY, address, at, at + worth)
            letter = Letter(
                "Somebody asked to remove the second factors of your account",
                [
                    f"Whoever it was knows your password. From {when} on, the password alone is enough.",
                    Link("If this was not you, end it now", f"{self.site.rstrip('/')}/keep-factors#token={token}"),
                    "Then change your password, and that of your mail.",
                ],
            )
            self.mailer.post(tx, Notice("factor_recovery", address, letter, about=user.id))
        if user.phone_number:
            says = (
                f"Somebody asked to remove the second factors of your account on {when}. Not you? Sign in and end it."
            )
            sms = Letter("Account", [says])
            self.mailer.post(tx, Notice("factor_recovery", user.phone_number, sms, about=user.id, channel="sms"))

    def _post(self, tx: Transaction, user: User, kind: str, subject: str, says: str) -> None:
        letter = Letter(subject, [says, Link(_LINK, f"{self.site.rstrip('/')}/sessions")])
        self.mailer.post(tx, Notice(kind, user.email, letter, about=user.id))
