"""A signed-in member proves with the password that it is them."""

from dataclasses import dataclass

from mesh.auth import Passwords
from mesh.data import Database, Transaction
from svc_profile.domain.devices import Client
from svc_profile.domain.ids import UserId
from svc_profile.domain.passwords import PasswordMismatch
from svc_profile.domain.user import AccountGone, User
from svc_profile.store.credentials import Credentials, CredentialsRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.guesses import Guesses


@dataclass(frozen=True)
class PasswordProof:
    """Guesses are counted as those of sign-ins are: who has a session gets no more of them."""

    db: Database
    users: UserRepository
    credentials: CredentialsRepository
    passwords: Passwords
    guesses: Guesses

    async def __call__(self, me: UserId, password: str, client: Client) -> tuple[User, Credentials]:
        """The member with the credentials that were checked: who writes asks `still` whether they are the same.

        Raises:
            AccountGone: the account is no more.
            PasswordMismatch: it is another password.
            TooManyLogins: too many attempts lately at this account from this network.
        """
        found = await self.users.find(self.db, me)
        known = await self.credentials.find(self.db, found[0].email) if found else None
        if found is None or known is None:
            raise AccountGone
        async with self.guesses.one(found[0].email, client.address):
            if not await self.passwords.verify(known.password_hash, password):
                raise PasswordMismatch
        return found[0], known

    async def still(self, tx: Transaction, known: Credentials) -> User:
        """The member of credentials that were checked, locked with them.

        Raises:
            PasswordMismatch: the password was changed meanwhile, perhaps to shut out who proved to know the old one.
        """
        user = await self.users.lock(tx, known.user_id)
        if user is None or await self.credentials.lock(tx, user.email) != known:
            raise PasswordMismatch
        return user
