"""Sign a member in."""

from dataclasses import dataclass

from mesh.auth import Passwords
from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_profile.domain.access import Standing
from svc_profile.domain.login_throttling import TooManyLogins, wait
from svc_profile.domain.session import AccountSuspended, InvalidCredentials, normalised
from svc_profile.store.credentials import CredentialsRepository
from svc_profile.store.login_failures import LoginFailures
from svc_profile.store.users import UserRepository
from svc_profile.usecases.sessions import Sessions, SignedIn

_FREE_PER_NETWORK = 5  # typos of one person
_FREE_PER_EMAIL = 25  # higher, so that a stranger elsewhere does not easily slow the owner down


@dataclass(frozen=True)
class Login:
    """Same path, same cost and same answer whether the address or the password is wrong."""

    db: Database
    users: UserRepository
    credentials: CredentialsRepository
    sessions: Sessions
    passwords: Passwords
    failures: LoginFailures
    clock: Clock

    async def __call__(self, email: str, password: str, address: str | None) -> SignedIn:
        """The member with the tokens of a new session.

        Raises:
            InvalidCredentials: email and password do not belong together.
            TooManyLogins: too many failures lately for this address and network.
        """
        email = normalised(email)
        network = f"{email}\n{address or ''}"
        by_network = wait(await self.failures.of(network), free=_FREE_PER_NETWORK)
        by_email = wait(await self.failures.of(email), free=_FREE_PER_EMAIL)
        if longest := max(by_network, by_email):
            raise TooManyLogins(longest)
        known = await self.credentials.find(self.db, email)
        if known is None:
            await self.passwords.verify_dummy(password)
        if known is None or not await self.passwords.verify(known.password_hash, password):
            await self.failures.add(network)
            await self.failures.add(email)
            raise InvalidCredentials
        await self.failures.clear(network)
        await self.failures.clear(email)
        stale = self.passwords.needs_rehash(known.password_hash)
        fresh = await self.passwords.hash(password) if stale else None

        async def work(tx: Transaction) -> SignedIn:
            now = self.clock.now()
            user = await self.users.find(tx, known.user_id)
            members = await self.users.members(tx, [known.user_id])
            if user is None or known.user_id not in members:
                raise InvalidCredentials
            if members[known.user_id].standing is Standing.SUSPENDED:
                raise AccountSuspended
            if fresh is not None:
                await self.credentials.rehash(tx, email, fresh, now)
            return await self.sessions.open(tx, user, now)

        return await self.db.transact(work)
