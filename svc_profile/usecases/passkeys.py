"""Passkeys are added and removed, by members who proved just now that it is them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.ids import uuid7
from svc_profile.domain import passkey_answers, passkey_options
from svc_profile.domain.devices import Client
from svc_profile.domain.ids import PasskeyId, SessionId, UserId
from svc_profile.domain.passkey_answers import Answer, Made
from svc_profile.domain.passkeys import (
    MOST_PASSKEYS,
    Passkey,
    PasskeyChallengeInvalid,
    PasskeyInvalid,
    PasskeyTaken,
    TooManyPasskeys,
)
from svc_profile.domain.second_factors import Factor
from svc_profile.domain.user import AccountGone
from svc_profile.store.passkeys import PasskeyRepository
from svc_profile.store.second_factors import SecondFactorRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.factor_changes import FactorChanges
from svc_profile.usecases.passkey_proof import PasskeyProof

_UNNAMED = "Passkey"


class Options(NamedTuple):
    """What a browser is given, and until when its answer counts."""

    json: str
    expires_at: datetime


class Added(NamedTuple):
    """A passkey, with the recovery codes that come with the first second factor."""

    passkey: Passkey
    recovery_codes: Sequence[str]


@dataclass(frozen=True)
class Passkeys:
    """Each change is told by mail and by an event, as those of other factors are."""

    db: Database
    users: UserRepository
    passkeys: PasskeyRepository
    factors: SecondFactorRepository
    proof: PasskeyProof
    changes: FactorChanges
    pager: Pager
    clock: Clock

    async def start(self, me: UserId, session: SessionId) -> Options:
        """What a device makes a passkey with; raises AccountGone, TooManyPasskeys."""
        found, there = await self.users.find(self.db, me), await self.passkeys.all(self.db, me)
        if found is None:
            raise AccountGone
        if len(there) >= MOST_PASSKEYS:
            raise TooManyPasskeys
        challenge = self.proof.challenge(_registration(me, session))
        return Options(passkey_options.creation(self.proof.site, found[0], challenge, there), challenge.expires_at)

    async def finish(self, me: UserId, session: SessionId, text: str, name: str, client: Client) -> Added:
        """Let a passkey count; a repeat answers it without recovery codes.

        Raises:
            PasskeyInvalid: it is not what a device answers, or was made for another site.
            PasskeyChallengeInvalid: it answers no challenge of this session, one that was answered, or too late.
            PasskeyTaken: another account has it.
            TooManyPasskeys, AccountGone.
        """
        answer = Answer.read(text)
        if answer is None:
            raise PasskeyInvalid
        challenge = self.proof.answered(answer, _registration(me, session))
        made = await asyncio.to_thread(passkey_answers.made, answer, challenge, self.proof.site)

        async def work(tx: Transaction) -> Added:
            user, now = await self.changes.locked(tx, me), self.clock.now()
            there, fresh = await self.passkeys.all(tx, me), await self.passkeys.spend(tx, me, challenge)
            for one in there:
                if (one.credential_id, one.public_key) == (made.credential_id, made.public_key):
                    return Added(one, [])
            if not fresh:
                raise PasskeyChallengeInvalid
            if len(there) >= MOST_PASSKEYS:
                raise TooManyPasskeys
            new = _new(made, answer.transports, name.strip() or client.device or _UNNAMED, now)
            before = await self.factors.find(tx, me)
            if not await self.passkeys.add(tx, me, new):
                raise PasskeyTaken
            return Added(new, self.changes.added(tx, user, Factor.PASSKEY, before, now, named=new.title))

        return await self.db.transact(work)

    async def mine(self, me: UserId, token: str, size: int) -> Page[Passkey]:
        """A page of the caller's passkeys, the oldest first; raises PageTokenInvalid."""
        return await self.pager.page(token, size, f"passkeys/{me}", self.passkeys.listed(self.db, me))

    async def delete(self, me: UserId, passkey_id: PasskeyId) -> None:
        """Remove a passkey of the caller, if it is there; raises AccountGone."""

        async def work(tx: Transaction) -> None:
            user, found = await self.changes.locked(tx, me), await self.passkeys.find(tx, me, passkey_id)
            if found is None:
                return
            self.passkeys.drop(tx, me, [found])
            left = await self.factors.find(tx, me)
            self.changes.removed(tx, user, Factor.PASSKEY, left, self.clock.now(), named=found.title)

        await self.db.transact(work)


def _registration(me: UserId, session: SessionId) -> str:
    return f"registration/{me}/{session}"


def _new(made: Made, transports: tuple[str, ...], name: str, at: datetime) -> Passkey:
    return Passkey(
        PasskeyId(uuid7()),
        made.credential_id,
        made.public_key,
        made.sign_count,
        transports,
        made.aaguid,
        made.backup_eligible,
        made.backed_up,
        name,
        at,
    )
