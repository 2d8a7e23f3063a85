"""Lead erasures through all services, whatever fails on the way."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
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
from mesh.telemetry import get_logger
from svc_profile.domain.erasure import Erasure, State
from svc_profile.domain.facts import AccountErased
from svc_profile.store.erasures import ErasureRepository, Step
from svc_profile.store.events import publish

EVERY_SECONDS = 5.0
_AT_ONCE = 20

Change: TypeAlias = Callable[[Erasure, datetime], Erasure]
Work: TypeAlias = Callable[[Transaction, Erasure, datetime], Erasure]

_log = get_logger(__name__)


class LeaseLost(Exception):  # noqa: N818 - not an error: another goes on
    """Who leads an erasure took longer than their lease, and another took it on."""


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
        taken = await self._begin(erasure_id)
        if taken is None or taken.user_id is None:
            return
        led = _Led(taken, taken.user_id)
        try:
            await self._lead(led)
        except LeaseLost:
            _log.info("an erasure is left to who took it on", erasure_id=str(erasure_id))
        except Exception:
            with suppress(LeaseLost):
                await self._change(led, Erasure.fail)
            raise

    async def _lead(self, led: "_Led") -> None:
        steps = await self.erasures.steps(self.db, led.erasure.id)
        for service, holder in self.holders.items():
            if service not in steps or steps[service].rounds < led.erasure.round:
                await self._step(led, service, holder)
        await self._finish(led)

    async def _step(self, led: "_Led", service: str, holder: Holder) -> None:
        while True:
            with acting_as(self.myself):
                erased = await holder.erase(led.user_id, led.erasure.id)
            if erased.done:
                break
            await self._change(led, Erasure.go_on)

        def note(tx: Transaction, found: Erasure, now: datetime) -> Erasure:
            self.erasures.finish_step(tx, found.id, Step(service, found.round, erased.places, now))
            return found.go_on(now)

        await self._save(led, note)

    async def _finish(self, led: "_Led") -> None:
        def end(tx: Transaction, found: Erasure, now: datetime) -> Erasure:
            if found.state is State.RUNNING:
                publish(tx, AccountErased(led.user_id, found.id, now), by=led.user_id)
            return found.finish(now)

        await self._save(led, end)

    async def _begin(self, erasure_id: UUID) -> Erasure | None:
        async def work(tx: Transaction) -> Erasure | None:
            found = await self.erasures.lock(tx, erasure_id)
            begun = found.begin(self.clock.now()) if found else None
            if begun is not None:
                self.erasures.save(tx, begun)
            return begun

        return await self.db.transact(work)

    async def _change(self, led: "_Led", change: Change) -> None:
        await self._save(led, lambda _, found, now: change(found, now))

    async def _save(self, led: "_Led", change: Work) -> None:
        """Change what is led; raises LeaseLost where it has another leader by now, or had one since."""

        async def work(tx: Transaction) -> Erasure:
            found = await self.erasures.lock(tx, led.erasure.id)
            if found is None or not found.is_led_as(led.erasure):
                raise LeaseLost
            changed = change(tx, found, self.clock.now())
            self.erasures.save(tx, changed)
            return changed

        led.erasure = await self.db.transact(work)


@dataclass
class _Led:
    """An erasure as its leader last stored it."""

    erasure: Erasure
    user_id: UserId
