"""Lead erasures through all services, whatever fails on the way."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.errors import Failure
from mesh.ids import UserId
from mesh.principal import Principal, acting_as
from mesh.privacy import Batch, Erased
from mesh.telemetry import get_logger
from svc_profile.domain.erasure import Erasure, State
from svc_profile.domain.facts import AccountErased
from svc_profile.store.erasures import ErasureRepository, Step
from svc_profile.store.events import publish

EVERY_SECONDS = 5.0
_AT_ONCE = 20
_log = get_logger(__name__)


Change: TypeAlias = Callable[[Erasure, datetime], Erasure | None]


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
        """Work on what is due; any number of processes may."""
        for erasure_id in await self.erasures.due(self.db, self.clock.now(), _AT_ONCE):
            erasure = await self._change(erasure_id, Erasure.begin)
            if erasure is not None and erasure.user_id is not None:
                await self._lead(erasure, erasure.user_id)

    async def _lead(self, erasure: Erasure, user_id: UserId) -> None:
        try:
            steps = await self.erasures.steps(self.db, erasure.id)
            for service, holder in self.holders.items():
                if service not in steps or steps[service].rounds < erasure.round:
                    await self._step(erasure, user_id, service, holder)
            await self._finish(erasure.id, erasure.round)
        except Failure as failure:
            _log.warning("erasure_waits", erasure=str(erasure.id), reason=failure.reason)
            await self._change(erasure.id, lambda found, now: found.fail(now))

    async def _step(self, erasure: Erasure, user_id: UserId, service: str, holder: Holder) -> None:
        while True:
            with acting_as(self.myself):
                erased = await holder.erase(user_id, erasure.id)
            if erased.done:
                break
            await self._change(erasure.id, lambda found, now: found.go_on(now))

        async def work(tx: Transaction) -> None:
            now, found = self.clock.now(), await self.erasures.lock(tx, erasure.id)
            if found is not None:
                step = Step(service, erasure.round, erased.places, now)
                self.erasures.finish_step(tx, erasure.id, step)
                self.erasures.save(tx, found.go_on(now))

        await self.db.transact(work)

    async def _finish(self, erasure_id: UUID, of_round: int) -> None:
        async def work(tx: Transaction) -> None:
            now, found = self.clock.now(), await self.erasures.lock(tx, erasure_id)
            if found is None or found.state not in {State.RUNNING, State.ERASED} or found.user_id is None:
                return
            if found.round != of_round:
                return  # a leader that had lost its lease: the round after this one is still to come
            if found.state is State.RUNNING:
                publish(tx, AccountErased(found.user_id, erasure_id, now), by=found.user_id)
            self.erasures.save(tx, found.finish(now))

        await self.db.transact(work)

    async def _change(self, erasure_id: UUID, change: Change) -> Erasure | None:
        async def work(tx: Transaction) -> Erasure | None:
            found = await self.erasures.lock(tx, erasure_id)
            changed = change(found, self.clock.now()) if found else None
            if changed is not None:
                self.erasures.save(tx, changed)
            return changed

        return await self.db.transact(work)
