"""Somebody proves with a passkey that an account is theirs."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, PageTokenInvalid, PageTokens, Querier, Transaction
from mesh.ids import uuid7
from svc_profile.domain import passkey_answers, passkey_options
from svc_profile.domain.ids import UserId
from svc_profile.domain.passkey_answers import Answer
from svc_profile.domain.passkey_options import Site
from svc_profile.domain.passkeys import (
    CHALLENGE_LIFETIME,
    Challenge,
    Passkey,
    PasskeyChallengeInvalid,
    PasskeyCloned,
    PasskeyRefused,
    Shown,
)
from svc_profile.store.passkeys import PasskeyRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.factor_mail import FactorMail


@dataclass(frozen=True)
class PasskeyProof:
    """A challenge travels sealed for its `scope`, what it was asked for and of whom; an answer to it counts once.

    Asking is free: of a challenge something is stored when a member answered it.
    """

    db: Database
    users: UserRepository
    passkeys: PasskeyRepository
    seals: PageTokens
    site: Site
    mail: FactorMail
    clock: Clock

    def challenge(self, scope: str) -> Challenge:
        """A new challenge."""
        id_, until = uuid7(), self.clock.now() + CHALLENGE_LIFETIME
        return Challenge(id_, self.seals.encode({"id": id_, "until": until}, _sealed_for(scope)), until)

    def answered(self, answer: Answer, scope: str) -> Challenge:
        """The challenge of an answer; raises PasskeyChallengeInvalid for one of another scope, and for an old one."""
        try:
            sealed = self.seals.decode(answer.challenge, _sealed_for(scope))
        except PageTokenInvalid:
            raise PasskeyChallengeInvalid from None
        until = datetime.fromisoformat(sealed["until"])
        challenge = Challenge(UUID(sealed["id"]), answer.challenge, until)
        if challenge.expires_at <= self.clock.now():
            raise PasskeyChallengeInvalid
        return challenge

    async def options(self, q: Querier, user_id: UserId, scope: str, *, verified: bool = False) -> str:
        """What a browser asks for one of a member's passkeys with; empty where there is none."""
        theirs = await self.passkeys.all(q, user_id)
        return passkey_options.request(self.site, self.challenge(scope), theirs, verified=verified) if theirs else ""

    async def shown(self, answer: Answer, scope: str) -> Shown:
        """What an answer proves, before it is taken.

        Raises:
            PasskeyChallengeInvalid: it answers no challenge of this scope, or too late.
            PasskeyRefused: it is of no passkey, or of another site, or changed.
        """
        challenge = self.answered(answer, scope)
        found = await self.passkeys.owned(self.db, answer.credential_id)
        if found is None:
            raise PasskeyRefused
        return await asyncio.to_thread(passkey_answers.shown, answer, challenge, self.site, *found)

    async def take(self, tx: Transaction, shown: Shown, at: datetime, *, beside_password: bool = False) -> Passkey:
        """Take what a passkey of a member proves who is locked; it as it was before.

        Raises:
            PasskeyChallengeInvalid: the challenge was answered before.
            PasskeyRefused: the passkey was removed meanwhile.
            PasskeyCloned: somebody may have a copy; to be raised through `telling`.
        """
        if not await self.passkeys.spend(tx, shown.user_id, shown.challenge):
            raise PasskeyChallengeInvalid
        before = await self.passkeys.find(tx, shown.user_id, shown.passkey_id)
        if before is None:
            raise PasskeyRefused
        self.passkeys.save(tx, shown.user_id, before.used(shown, at, beside_password=beside_password))
        return before

    @asynccontextmanager
    async def telling(self) -> AsyncGenerator[None]:
        """Tell the member when the block finds that a passkey may have been copied: its transaction is no more."""
        try:
            yield
        except PasskeyCloned as found:
            await self._tell(found)
            raise

    async def _tell(self, found: PasskeyCloned) -> None:
        async def work(tx: Transaction) -> None:
            user = await self.users.lock(tx, found.user_id)
            if user is not None and await self.passkeys.spend(tx, user.id, found.challenge):
                self.mail.passkey_cloned(tx, user, found.title)

        await self.db.transact(work)


def _sealed_for(scope: str) -> str:
    return f"passkey/{scope}"
