"""The second step of a sign-in: asked for after the password, taken with a second factor."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_profile.domain.devices import Client
from svc_profile.domain.login_throttling import MOST_CODES
from svc_profile.domain.second_factors import Kind, Proof, SecondFactorTokenInvalid
from svc_profile.domain.sign_in_step import GOOD_FOR, SignInStep, StepToken
from svc_profile.domain.user import User
from svc_profile.store.second_factors import SecondFactorRepository
from svc_profile.store.sign_in_steps import SignInSteps
from svc_profile.store.users import UserRepository
from svc_profile.usecases.factor_proof import FactorProof
from svc_profile.usecases.guesses import Guesses
from svc_profile.usecases.sessions import Sessions, SignedIn


@dataclass(frozen=True, slots=True)
class StepAsked:
    """What the client brings back, with one of these."""

    token: str
    kinds: tuple[Kind, ...]
    expires_at: datetime
    recovery_due_at: datetime | None


@dataclass(frozen=True)
class SecondStep:
    """A step is for the device that sent the password, a few tries, some minutes, and one session."""

    db: Database
    users: UserRepository
    factors: SecondFactorRepository
    steps: SignInSteps
    proof: FactorProof
    sessions: Sessions
    guesses: Guesses
    clock: Clock

    async def ask(self, tx: Transaction, user: User, client: Client, at: datetime) -> StepAsked | None:
        """Ask who gave the right password for the second factor of the account; None where it has none."""
        factors = await self.factors.find(tx, user.id)
        if not factors.any:
            return None
        token, ends = StepToken.new(user.id), at + GOOD_FOR
        self.steps.add(tx, token, SignInStep(user.id, client.fingerprint(user.id), client.name, ends))
        return StepAsked(str(token), factors.kinds, ends, factors.recovery_due_at)

    async def complete(self, text: str, proof: Proof, client: Client) -> SignedIn:
        """The member with the tokens of a new session.

        Raises:
            SecondFactorTokenInvalid: the token is unknown, used, too old, tried too often, or another device's.
            SecondFactorInvalid: the proof is wrong, or was used.
            TooManyLogins: too many attempts lately at this account from this network.
        """
        token = StepToken.parse(text)
        step = await self._counted(token) if token else None
        if token is None or step is None or not step.may_be_tried(client, self.clock.now()):
            raise SecondFactorTokenInvalid
        client = dataclasses.replace(client, name=step.device_name)

        async def work(tx: Transaction) -> SignedIn:
            now, user = self.clock.now(), await self.users.lock(tx, token.user_id)
            members = await self.users.members(tx, [token.user_id])
            if user is None or not await self.steps.use(tx, token):
                raise SecondFactorTokenInvalid  # by another call, or the password was changed meanwhile
            await self.proof.take(tx, user, proof, now)
            return await self.sessions.open(tx, user, members[user.id].standing, now, client)

        async with self.guesses.one(f"factors of {token.user_id}", client.address, MOST_CODES):
            return await self.db.transact(work)

    async def _counted(self, token: StepToken) -> SignInStep | None:
        async def work(tx: Transaction) -> SignInStep | None:
            return await self.steps.count(tx, token)

        return await self.db.transact(work)
