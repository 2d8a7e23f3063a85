"""A signed-in member proves once more that it is them."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_profile.domain.devices import Client
from svc_profile.domain.ids import SessionId, UserId
from svc_profile.domain.login_throttling import MOST_CODES
from svc_profile.domain.second_factors import Checked, Password, Proof, SecondFactorRequired, SecondFactors
from svc_profile.domain.user import AccountGone, User
from svc_profile.store.second_factors import SecondFactorRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.factor_proof import FactorProof
from svc_profile.usecases.guesses import Guesses
from svc_profile.usecases.password_proof import PasswordProof
from svc_profile.usecases.sessions import Sessions


@dataclass(frozen=True)
class StepUp:
    """The token is of the same session: who ends that ends both."""

    db: Database
    users: UserRepository
    factors: SecondFactorRepository
    passwords: PasswordProof
    proof: FactorProof
    sessions: Sessions
    guesses: Guesses
    clock: Clock

    async def __call__(
        self, me: UserId, session: SessionId, proof: Proof | Password, client: Client
    ) -> tuple[str, timedelta]:
        """An access token for what asks for a step-up, and how long it is good.

        Raises:
            PasswordMismatch, SecondFactorInvalid: the proof is wrong.
            PasskeyChallengeInvalid: it is a passkey's, and answers no challenge of this session, or too late.
            SecondFactorRequired: it is the password of an account with a second factor.
            SessionRevoked: the session was ended meanwhile.
            AccountGone, TooManyLogins.
        """
        if isinstance(proof, Password):
            return await self._by_password(me, session, proof.password, client)

        async def work(tx: Transaction, checked: Checked) -> tuple[str, timedelta]:
            user = await self.users.lock(tx, me)
            if user is None:
                raise AccountGone
            how = await self.proof.take(tx, user, checked, self.clock.now())
            return await self._stronger(tx, user, session, how)

        async with self.guesses.one(f"factors of {me}", client.address, MOST_CODES), self.proof.telling():
            checked = await self.proof.checked(proof, me, _scope(session))
            return await self.db.transact(partial(work, checked=checked))

    async def factors_of(self, me: UserId, session: SessionId) -> tuple[SecondFactors, str]:
        """What a member can prove with, and what a browser asks a passkey for that with; empty where there is none."""
        factors = await self.factors.find(self.db, me)
        options = await self.proof.passkeys.options(self.db, me, _scope(session)) if factors.passkeys else ""
        return factors, options

    async def _by_password(
        self, me: UserId, session: SessionId, password: str, client: Client
    ) -> tuple[str, timedelta]:
        if (await self.factors.find(self.db, me)).any:
            raise SecondFactorRequired
        _, known = await self.passwords(me, password, client)

        async def work(tx: Transaction) -> tuple[str, timedelta]:
            user = await self.passwords.still(tx, known)
            if (await self.factors.find(tx, me)).any:
                raise SecondFactorRequired
            return await self._stronger(tx, user, session, ("pwd",))

        return await self.db.transact(work)

    async def _stronger(
        self, tx: Transaction, user: User, session: SessionId, how: tuple[str, ...]
    ) -> tuple[str, timedelta]:
        standing = (await self.users.members(tx, [user.id]))[user.id].standing
        return await self.sessions.step_up(tx, user.id, session, standing, how)


def _scope(session: SessionId) -> str:
    return f"step-up/{session}"
