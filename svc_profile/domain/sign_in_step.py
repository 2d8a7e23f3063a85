"""A sign-in whose first proof was right, and that waits for the second factor."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from svc_profile.domain.devices import Client
from svc_profile.domain.ids import UserId
from svc_profile.domain.mailed_token import MailedToken

GOOD_FOR = timedelta(minutes=10)
MOST_TRIES = 5

StepToken = MailedToken
"""It has the form of a mailed token: whose account it is, and a secret of which the hash is stored."""


@dataclass(frozen=True, slots=True)
class SignInStep:
    """Bound to the device of the first proof, mostly the password; `tries` counts the one that is being looked at."""

    user_id: UserId
    device: bytes
    device_name: str
    expires_at: datetime
    tries: int = 0
    by_password: bool = True

    def may_be_tried(self, client: Client, at: datetime) -> bool:
        """Whether a proof from this client counts."""
        return self.tries <= MOST_TRIES and at < self.expires_at and client.fingerprint(self.user_id) == self.device
