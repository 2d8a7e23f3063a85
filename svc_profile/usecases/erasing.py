"""Lead erasures through all services, whatever fails on the way."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.ids import UserId
from mesh.lifecycle import one_by_one
from mesh.principal import Principal, acting_as
from mesh.privacy import Batch, Erased
from svc_profile.domain.erasure import Erasure, State
from svc_profile.domain.facts import AccountErased
from svc_profile.store.erasures import ErasureRepository, Step
from svc_profile.store.events import publish

EVERY_SECONDS = 5.0
_AT_ONCE = 20


Change: TypeAlias = Callable[[Erasure, datetime], Erasure]
Work: TypeAlias = Callable[[Transaction, Erasure, datetime], Erasure]


class Holder(Protocol):
    """A service that holds something about members."""

    def export(self, user_id: UserId, /) -> AsyncIterator[Batch]:
        """Everything that is shown to the member."""
        ...

    async def erase(self, user_id: UserId, erasure_id: UUID, /) -> Erased:
        """Erase for some seconds."""
        ...


@dataclass(frozen=True)
class Erasing:
    """Each step is stored once it is done: who takes an erasure on after a crash goes on behind the last one.

    `holders` are asked in their order. This service is the last of them, and the account's row the last in it: as long
    as something is left anywhere, the erasure can be told from one that is done.
    """

    db: Database
    erasures: ErasureRepository
    holders: Mapping[str, Holder]
    myself: Principal
    clock: Clock

    async def round(self) -> None:
        """Work on what is due; any number of processes may, and what becomes of one keeps no other waiting."""
        due = await self.erasures.due(self.db, self.clock.now(), _AT_ONCE)
        await one_by_one("erasures", due, self._take_on)

    async def _take_on(self, erasure_id: UUID) -> None:
        erasure = await self._begin(erasure_id)
        if erasure is None or erasure.user_id is None:
            return
        try:
            await self._lead(erasure, erasure.user_id)
        except Exception:
            await self._change(erasure, Erasure.fail)
            raise

    async def _lead(self, erasure: Erasure, user_id: UserId) -> None:
        steps = await self.erasures.steps(self.db, erasure.id)
        for service, holder in self.holders.items():
            if service not in steps or steps[service].rounds < erasure.round:
                await self._step(erasure, user_id, service, holder)
        await self._finish(erasure, user_id)

    async def _step(self, erasure: Erasure, user_id: UserId, service: str, holder: Holder) -> None:
        while True:
            with acting_as(self.myself):
                erased = await holder.erase(user_id, erasure.id)
            if erased.done:
                break
            await self._change(erasure, Erasure.go_on)

        def note(tx: Transaction, found: Erasure, now: datetime) -> Erasure:
            self.erasures.finish_step(tx, erasure.id, Step(service, erasure.round, erased.places, now))
            return found.go_on(now)

        await self._save(erasure, note)

    async def _finish(self, erasure: Erasure, user_id: UserId) -> None:
        def end(tx: Transaction, found: Erasure, now: datetime) -> Erasure:
            if found.state is State.RUNNING:
                publish(tx, AccountErased(user_id, found.id, now), by=user_id)
            return found.finish(now)

        await self._save(erasure, end)

    async def _begin(self, erasure_id: UUID) -> Erasure | None:
        async def work(tx: Transaction) -> Erasure | None:
            found = await self.erasures.lock(tx, erasure_id)
            begun = found.begin(self.clock.now()) if found else None
            if begun is not None:
                self.erasures.save(tx, begun)
            return begun

        return await self.db.transact(work)

    async def _change(self, erasure: Erasure, change: Change) -> None:
        await self._save(erasure, lambda _, found, now: change(found, now))

    async def _save(self, led: Erasure, change: Work) -> None:
        """Change what is led, unless its round has ended: a leader that lost its lease has no say in the next one."""

        async def work(tx: Transaction) -> None:
            found = await self.erasures.lock(tx, led.id)
            if found is not None and found.state is led.state:
                self.erasures.save(tx, change(tx, found, self.clock.now()))

        await self.db.transact(work)
