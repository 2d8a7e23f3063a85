"""Sign a member in."""

from dataclasses import dataclass

from mesh.auth import Passwords
from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.principal import Principal
from svc_profile.domain.challenge import ChallengeRequired
from svc_profile.domain.devices import Client
from svc_profile.domain.session import InvalidCredentials, normalised
from svc_profile.store.credentials import Credentials, CredentialsRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.challenges import Challenges
from svc_profile.usecases.guesses import Guesses
from svc_profile.usecases.second_step import SecondStep, StepAsked
from svc_profile.usecases.sessions import Sessions, SignedIn


@dataclass(frozen=True)
class Login:
    """Same path, same cost and same answer whether the address or the password is wrong."""

    db: Database
    users: UserRepository
    credentials: CredentialsRepository
    sessions: Sessions
    second_step: SecondStep
    passwords: Passwords
    guesses: Guesses
    clock: Clock
    challenges: Challenges | None = None
    """Where a passed one is needed after some failures."""

    async def __call__(
        self, email: str, password: str, client: Client, caller: Principal, token: str = ""
    ) -> SignedIn | StepAsked:
        """The member with the tokens of a new session; those of a suspended one are for what is left to them.

        An account with a second factor is asked for it instead.

        Raises:
            InvalidCredentials: email and password do not belong together.
            TooManyLogins: too many attempts lately at this account from this network.
            ChallengeRequired: some attempts failed lately, and `token` is none of a challenge that the caller passed.
        """
        email, challenges = normalised(email), self.challenges

        async def prove() -> None:
            if challenges and not await challenges.redeem(caller, token):
                raise ChallengeRequired(challenges.kind)

        async with self.guesses.one(email, client.address, prove=prove if challenges else None):
            known = await self._verified(email, password)
        stale = self.passwords.needs_rehash(known.password_hash)
        fresh = await self.passwords.hash(password) if stale else None

        async def work(tx: Transaction) -> SignedIn | StepAsked:
            now = self.clock.now()
            found = await self.users.find(tx, known.user_id)
            if found is None or await self.credentials.lock(tx, email) != known:
                raise InvalidCredentials  # the password was changed meanwhile, and its sessions ended
            user, member = found
            if fresh is not None:
                await self.credentials.set_password(tx, email, fresh, now)
            if asked := await self.second_step.ask(tx, user, client, now):
                return asked
            return await self.sessions.open(tx, user, member.standing, now, client)

        return await self.db.transact(work)

    async def _verified(self, email: str, password: str) -> Credentials:
        known = await self.credentials.find(self.db, email)
        if known is None:
            await self.passwords.verify_dummy(password)
        if known is None or not await self.passwords.verify(known.password_hash, password):
            raise InvalidCredentials
        return known
