"""Sign a member in."""

from dataclasses import dataclass

from mesh.auth import Passwords
from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_profile.domain.session import InvalidCredentials, normalised
from svc_profile.store.credentials import CredentialsRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.login_throttle import LoginThrottle
from svc_profile.usecases.open_session import OpenSession, SignedIn


@dataclass(frozen=True)
class Login:
    """Same path, same cost and same answer whether the address or the password is wrong."""

    db: Database
    users: UserRepository
    credentials: CredentialsRepository
    open_session: OpenSession
    passwords: Passwords
    throttle: LoginThrottle
    clock: Clock

    async def __call__(self, email: str, password: str, address: str | None) -> SignedIn:
        """The member with the tokens of a new session.

        Raises:
            InvalidCredentials: email and password do not belong together.
            TooManyLogins: too many failures lately for this address and network.
        """
        email = normalised(email)
        await self.throttle.check(email, address)
        known = await self.credentials.find(self.db, email)
        if known is None:
            await self.passwords.verify_dummy(password)
        if known is None or not await self.passwords.verify(known.password_hash, password):
            await self.throttle.failed(email, address)
            raise InvalidCredentials
        await self.throttle.succeeded(email, address)
        stale = self.passwords.needs_rehash(known.password_hash)
        fresh = await self.passwords.hash(password) if stale else None

        async def work(tx: Transaction) -> SignedIn:
            now = self.clock.now()
            user = await self.users.find(tx, known.user_id)
            if user is None:
                raise InvalidCredentials
            if fresh is not None:
                await self.credentials.rehash(tx, email, fresh, now)
            return await self.open_session(tx, user, now)

        return await self.db.transact(work)
