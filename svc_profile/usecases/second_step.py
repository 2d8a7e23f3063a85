"""The second step of a sign-in: asked for after the first proof, taken with a second factor."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_profile.domain.devices import Client
from svc_profile.domain.login_throttling import MOST_CODES
from svc_profile.domain.passkeys import Shown
from svc_profile.domain.second_factors import Checked, Kind, Proof, SecondFactorInvalid, SecondFactorTokenInvalid
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
    passkey_options: str = ""


@dataclass(frozen=True)
class SecondStep:
    """A step is for the device that sent the first proof, a few tries, some minutes, and one session."""

    db: Database
    users: UserRepository
    factors: SecondFactorRepository
    steps: SignInSteps
    proof: FactorProof
    sessions: Sessions
    guesses: Guesses
    clock: Clock

    async def ask(
        self, tx: Transaction, user: User, client: Client, at: datetime, *, by_password: bool = True
    ) -> StepAsked | None:
        """Ask who gave a first proof for the second factor of the account; None where it has none.

        A passkey that is the second after one that did not verify its user has to verify them: it may be the same.
        """
        factors = await self.factors.find(tx, user.id)
        if not factors.any:
            return None
        token, ends = StepToken.new(user.id), at + GOOD_FOR
        step = SignInStep(user.id, client.fingerprint(user.id), client.name, ends, by_password=by_password)
        self.steps.add(tx, token, step)
        options = ""
        if factors.passkeys:
            options = await self.proof.passkeys.options(tx, user.id, _scope(token), verified=not by_password)
        return StepAsked(str(token), factors.kinds, ends, factors.recovery_due_at, options)

    async def complete(self, text: str, proof: Proof, client: Client) -> SignedIn:
        """The member with the tokens of a new session.

        Raises:
            SecondFactorTokenInvalid: the token is unknown, used, too old, tried too often, or another device's.
            SecondFactorInvalid: the proof is wrong, or was used.
            PasskeyChallengeInvalid: it is a passkey's, and answers no challenge of this step, or too late.
            TooManyLogins: too many attempts lately at this account from this network.
        """
        token = StepToken.parse(text)
        step = await self._counted(token) if token else None
        if token is None or step is None or not step.may_be_tried(client, self.clock.now()):
            raise SecondFactorTokenInvalid
        client = dataclasses.replace(client, name=step.device_name)

        async def work(tx: Transaction, checked: Checked) -> SignedIn:
            now, user = self.clock.now(), await self.users.lock(tx, token.user_id)
            members = await self.users.members(tx, [token.user_id])
            if user is None or not await self.steps.use(tx, token):
                raise SecondFactorTokenInvalid  # by another call, or the password was changed meanwhile
            await self.proof.take(tx, user, checked, now, beside_password=step.by_password)
            return await self.sessions.open(tx, user, members[user.id].standing, now, client)

        async with self.guesses.one(f"factors of {token.user_id}", client.address, MOST_CODES), self.proof.telling():
            checked = await self.proof.checked(proof, token.user_id, _scope(token))
            if isinstance(checked, Shown) and not (step.by_password or checked.user_verified):
                raise SecondFactorInvalid
            return await self.db.transact(partial(work, checked=checked))

    async def _counted(self, token: StepToken) -> SignInStep | None:
        async def work(tx: Transaction) -> SignInStep | None:
            return await self.steps.count(tx, token)

        return await self.db.transact(work)


def _scope(token: StepToken) -> str:
    return f"second-step/{token.digest.hex()}"
