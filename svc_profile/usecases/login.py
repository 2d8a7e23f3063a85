"""Sign a member in."""

from dataclasses import dataclass

from mesh.auth import PasswordHashingBusy, Passwords
from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_profile.domain.devices import Client
from svc_profile.domain.login_throttling import TooManyLogins, wait
from svc_profile.domain.networks import network
from svc_profile.domain.session import InvalidCredentials, normalised
from svc_profile.store.credentials import CredentialsRepository
from svc_profile.store.login_attempts import LoginAttempts
from svc_profile.store.users import UserRepository
from svc_profile.usecases.sessions import Sessions, SignedIn


@dataclass(frozen=True)
class Login:
    """Same path, same cost and same answer whether the address or the password is wrong."""

    db: Database
    users: UserRepository
    credentials: CredentialsRepository
    sessions: Sessions
    passwords: Passwords
    attempts: LoginAttempts
    clock: Clock

    async def __call__(self, email: str, password: str, client: Client) -> SignedIn:
        """The member with the tokens of a new session; those of a suspended one are for what is left to them.

        Raises:
            InvalidCredentials: email and password do not belong together.
            TooManyLogins: too many attempts lately at this account from this network.
        """
        email = normalised(email)
        attempt = await self.attempts.reserve(email, network(client.address))
        if delay := wait(attempt.before):
            await self.attempts.release(attempt)
            raise TooManyLogins(delay)
        known = await self.credentials.find(self.db, email)
        try:
            if known is None:
                await self.passwords.verify_dummy(password)
            if known is None or not await self.passwords.verify(known.password_hash, password):
                raise InvalidCredentials
        except PasswordHashingBusy:
            await self.attempts.release(attempt)
            raise
        await self.attempts.clear(attempt)
        stale = self.passwords.needs_rehash(known.password_hash)
        fresh = await self.passwords.hash(password) if stale else None

        async def work(tx: Transaction) -> SignedIn:
            now = self.clock.now()
            found = await self.users.find(tx, known.user_id)
            if found is None or await self.credentials.lock(tx, email) != known:
                raise InvalidCredentials  # the password was changed meanwhile, and its sessions ended
            user, member = found
            if fresh is not None:
                await self.credentials.set_password(tx, email, fresh, now)
            return await self.sessions.open(tx, user, member.standing, now, client)

        return await self.db.transact(work)
