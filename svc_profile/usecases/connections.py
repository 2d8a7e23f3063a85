"""What two members do about their connection."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from svc_profile.domain.connection import Connection, Pair
from svc_profile.domain.facts import ConnectionChanged
from svc_profile.domain.ids import UserId
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.events import publish
from svc_profile.usecases.access import Access


@dataclass(frozen=True)
class Connections:
    """Each verb locks both rows of the pair, lets the domain decide, saves what changed; the domain's failures pass."""

    db: Database
    connections: ConnectionRepository
    access: Access
    clock: Clock
    cooldown: timedelta

    async def request(self, me: UserId, other: UserId, note: str) -> Connection:
        """Ask for a connection, or accept the other's request where there is one; raises UserNotFound."""
        pair = Pair.of(me, other)
        await self.access.must_see(me, other)
        _, after = await self._change(
            pair,
            me,
            lambda before, now: before.request(by=me, at=now, note=note, cooldown=self.cooldown),
            create=True,
        )
        return after

    async def accept(self, me: UserId, other: UserId) -> tuple[Connection, bool]:
        """Accept the other's request; tells whether it had been accepted before."""
        before, after = await self._change(Pair.of(me, other), me, lambda before, now: before.accept(by=me, at=now))
        return after, after == before

    async def reject(self, me: UserId, other: UserId) -> Connection:
        """Turn the other's request down."""
        _, after = await self._change(Pair.of(me, other), me, lambda before, now: before.reject(by=me, at=now))
        return after

    async def withdraw(self, me: UserId, other: UserId) -> Connection:
        """Take the own request back."""
        _, after = await self._change(Pair.of(me, other), me, lambda before, now: before.withdraw(by=me, at=now))
        return after

    async def remove(self, me: UserId, other: UserId) -> Connection:
        """End the connection."""
        _, after = await self._change(Pair.of(me, other), me, lambda before, now: before.remove(by=me, at=now))
        return after

    async def _change(
        self, pair: Pair, me: UserId, decide: Callable[[Connection, datetime], Connection], *, create: bool = False
    ) -> tuple[Connection, Connection]:
        """The pair's state before and after; two who never met have rows to lock only with `create`."""
        lock = self.connections.lock_or_create if create else self.connections.lock

        async def work(tx: Transaction) -> tuple[Connection, Connection]:
            before = await lock(tx, pair)
            after = decide(before, self.clock.now())
            if after != before:
                await self.connections.save(tx, before, after, actor=me, change=uuid7())
                publish(tx, ConnectionChanged(after, me), by=me)
            return before, after

        return await self.db.transact(work)
