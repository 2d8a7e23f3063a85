"""Mails about second factors: whoever changes them, the member is told."""

from dataclasses import dataclass

from mesh.data import Transaction
from mesh.mail import Letter, Link, Mailer, Notice
from svc_profile.domain.second_factors import Factor
from svc_profile.domain.user import User

_LINK = "If this was not you, end the sessions that are not yours and change your password"


@dataclass(frozen=True)
class FactorMail:
    """`site` is where the pages are that links lead to."""

    mailer: Mailer
    site: str

    def changed(self, tx: Transaction, user: User, factor: Factor, *, works: bool) -> None:
        """Tell of a factor that was added or removed."""
        done = "can be used for your account from now on" if works else "can be used for your account no more"
        says = f"{factor.value[0].upper()}{factor.value[1:]} {done}."
        self._post(tx, user, "second_factor_changed", "The second factors of your account were changed", says)

    def recovery_code_used(self, tx: Transaction, user: User) -> None:
        """Tell that one is used up."""
        says = "One of your recovery codes was used, and works no more."
        self._post(tx, user, "recovery_code_used", "A recovery code was used", says)

    def _post(self, tx: Transaction, user: User, kind: str, subject: str, says: str) -> None:
        letter = Letter(subject, [says, Link(_LINK, f"{self.site.rstrip('/')}/sessions")])
        self.mailer.post(tx, Notice(kind, user.email, letter, about=user.id))
