"""Sign a member in who has no need of a password."""

import hashlib
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_profile.domain import passkey_options
from svc_profile.domain.devices import Client
from svc_profile.domain.networks import network
from svc_profile.domain.passkey_answers import Answer
from svc_profile.domain.passkeys import PasskeyNeedsPassword, PasskeyRefused, Shown
from svc_profile.store.factor_recoveries import FactorRecoveries
from svc_profile.store.users import UserRepository
from svc_profile.usecases.guesses import Guesses
from svc_profile.usecases.passkey_proof import PasskeyProof
from svc_profile.usecases.passkeys import Options
from svc_profile.usecases.recovery_end import end_recovery
from svc_profile.usecases.second_step import SecondStep, StepAsked
from svc_profile.usecases.sessions import Sessions, SignedIn


@dataclass(frozen=True)
class PasskeyLogin:
    """Who begins names nobody, and is told the same as everybody."""

    db: Database
    users: UserRepository
    recoveries: FactorRecoveries
    proof: PasskeyProof
    sessions: Sessions
    second_step: SecondStep
    guesses: Guesses
    clock: Clock

    def start(self, client: Client) -> Options:
        """What a browser asks whatever passkey a device has with."""
        challenge = self.proof.challenge(_scope(client))
        return Options(passkey_options.request(self.proof.site, challenge), challenge.expires_at)

    async def finish(self, text: str, client: Client) -> SignedIn | StepAsked:
        """The member with the tokens of a new session, or what is still asked for where the device verified nobody.

        Raises:
            PasskeyRefused: nobody has such a passkey, or it was not used as it should.
            PasskeyChallengeInvalid: it answers no challenge of this network, one that was answered, or too late.
            PasskeyNeedsPassword: it counts beside the password only.
            TooManyLogins: too many attempts lately with this passkey from this network.
        """
        answer = Answer.read(text)
        if answer is None or answer.user_handle is None:
            raise PasskeyRefused
        called = hashlib.sha256(answer.credential_id).hexdigest()
        async with self.guesses.one(f"passkey {called}", client.address), self.proof.telling():
            shown = await self.proof.shown(answer, _scope(client))

            async def work(tx: Transaction) -> SignedIn | StepAsked:
                return await self._open(tx, shown, client)

            return await self.db.transact(work)

    async def _open(self, tx: Transaction, shown: Shown, client: Client) -> SignedIn | StepAsked:
        now, user = self.clock.now(), await self.users.lock(tx, shown.user_id)
        members = await self.users.members(tx, [shown.user_id])
        if user is None:
            raise PasskeyRefused
        passkey = await self.proof.take(tx, shown, now)
        if passkey.needs_password:
            raise PasskeyNeedsPassword
        if not shown.user_verified:
            asked = await self.second_step.ask(tx, user, client, now, by_password=False)
            if asked is None:
                raise PasskeyRefused  # it was removed meanwhile
            return asked
        await end_recovery(tx, self.recoveries, user.id, now)  # who has a factor has not lost them all
        return await self.sessions.open(tx, user, members[user.id].standing, now, client)


def _scope(client: Client) -> str:
    return f"login/{network(client.address)}"
