"""Register a new member."""

from dataclasses import dataclass

from mesh.auth import Passwords
from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from mesh.principal import Principal
from svc_profile.domain.challenge import ChallengeRequired
from svc_profile.domain.devices import Client
from svc_profile.domain.facts import Registered
from svc_profile.domain.ids import UserId
from svc_profile.domain.passwords import check_strength
from svc_profile.domain.session import normalised
from svc_profile.domain.standing import GOOD
from svc_profile.domain.user import User
from svc_profile.store.credentials import Credentials, CredentialsRepository
from svc_profile.store.events import publish
from svc_profile.store.users import UserRepository
from svc_profile.usecases.account_mail import AccountMail
from svc_profile.usecases.challenges import Challenges
from svc_profile.usecases.people_index import Findability
from svc_profile.usecases.sessions import Sessions, SignedIn


@dataclass(frozen=True)
class Register:
    """Creates the profile, its credentials and a first session, all or nothing."""

    db: Database
    users: UserRepository
    credentials: CredentialsRepository
    sessions: Sessions
    findability: Findability
    passwords: Passwords
    mail: AccountMail
    clock: Clock
    challenges: Challenges | None = None
    """Where each needs a passed one."""

    async def __call__(
        self, email: str, password: str, name: str, client: Client, caller: Principal, token: str = ""
    ) -> SignedIn:
        """The new member, signed in, and asked by mail to verify the address.

        Raises:
            NameMissing: the name shows nothing.
            PasswordTooWeak: it is among the first that are guessed.
            EmailTaken: the address has an account.
            ChallengeRequired: `token` is none of a challenge that the caller passed.
        """
        address, now = normalised(email), self.clock.now()
        user = User.new(UserId(uuid7()), name, address, now)
        check_strength(password, email=address, name=name)
        if self.challenges and not await self.challenges.redeem(caller, token, f"register {address}"):
            raise ChallengeRequired(self.challenges.kind)
        password_hash = await self.passwords.hash(password)

        async def work(tx: Transaction) -> SignedIn:
            await self.credentials.add(tx, address, Credentials(user.id, password_hash), now)
            await self.users.add(tx, user)
            await self.findability.refresh(tx, user.id)
            publish(tx, Registered(user), by=user.id)
            self.mail.verification(tx, user, now)
            return await self.sessions.open(tx, user, GOOD, now, client)

        return await self.db.transact(work)
