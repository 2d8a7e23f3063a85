"""What two members do about their connection."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from svc_profile.domain.connection import CannotBlockSelf, Connection, Pair, Status
from svc_profile.domain.facts import Blocked, ConnectionChanged, Unblocked
from svc_profile.domain.ids import UserId
from svc_profile.store.blocks import BlockRepository
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.events import publish
from svc_profile.usecases.access import Access
from svc_profile.usecases.access_changes import AccessChanges

_OF_ACCESS = frozenset({Status.ACCEPTED, Status.REMOVED})
"""States that others may see by, or may have seen by until just now; the rest never changes what anybody may see."""


@dataclass(frozen=True)
class Connections:
    """Each verb locks both rows of the pair, lets the domain decide, saves what changed; the domain's failures pass."""

    db: Database
    connections: ConnectionRepository
    blocks: BlockRepository
    access: Access
    changes: AccessChanges
    clock: Clock
    cooldown: timedelta

    async def request(self, me: UserId, other: UserId, note: str) -> Connection:
        """Ask for a connection, or accept the other's request where there is one; raises UserNotFound."""
        pair = Pair.of(me, other)

        async def work(tx: Transaction) -> Connection:
            before = await self.connections.lock_or_create(tx, pair)
            await self.access.must_see(me, other, tx)  # behind the lock, where no block comes in between
            return await self._save(
                tx, before, me, lambda now: before.request(by=me, at=now, note=note, cooldown=self.cooldown)
            )

        return await self.db.transact(work)

    async def accept(self, me: UserId, other: UserId) -> tuple[Connection, bool]:
        """Accept the other's request; tells whether it had been accepted before."""
        before, after = await self._change(me, other, lambda before, now: before.accept(by=me, at=now))
        return after, after == before

    async def reject(self, me: UserId, other: UserId) -> Connection:
        """Turn the other's request down."""
        _, after = await self._change(me, other, lambda before, now: before.reject(by=me, at=now))
        return after

    async def withdraw(self, me: UserId, other: UserId) -> Connection:
        """Take the own request back."""
        _, after = await self._change(me, other, lambda before, now: before.withdraw(by=me, at=now))
        return after

    async def remove(self, me: UserId, other: UserId) -> Connection:
        """End the connection."""
        _, after = await self._change(me, other, lambda before, now: before.remove(by=me, at=now))
        return after

    async def block(self, me: UserId, other: UserId) -> datetime:
        """End whatever is between the two and hide each from the other; since when. Raises UserNotFound."""
        if me == other:
            raise CannotBlockSelf("cannot block yourself")
        pair = Pair.of(me, other)

        async def work(tx: Transaction) -> datetime:
            before = await self.connections.lock_or_create(tx, pair)
            self.changes.between(tx, me, other)
            if since := await self.blocks.since(tx, me, other):
                return since
            await self.access.must_see(me, other, tx)
            await self._save(tx, before, me, lambda now: before.sever(by=me, at=now))
            now = self.clock.now()
            await self.blocks.add(tx, pair, me, now)
            publish(tx, Blocked(me, other, now), by=me)
            return now

        return await self.db.transact(work)

    async def unblock(self, me: UserId, other: UserId) -> None:
        """Lift the own block, if there is one; what it ended stays ended."""

        async def work(tx: Transaction) -> None:
            pair = Pair.of(me, other)
            await self.connections.lock(tx, pair)
            self.changes.between(tx, me, other)
            if await self.blocks.drop(tx, pair, me):
                publish(tx, Unblocked(me, other, self.clock.now()), by=me)

        if me != other:
            await self.db.transact(work)

    async def _change(
        self, me: UserId, other: UserId, decide: Callable[[Connection, datetime], Connection]
    ) -> tuple[Connection, Connection]:
        """The pair's state before and after."""
        pair = Pair.of(me, other)

        async def work(tx: Transaction) -> tuple[Connection, Connection]:
            before = await self.connections.lock(tx, pair)
            return before, await self._save(tx, before, me, lambda now: decide(before, now))

        return await self.db.transact(work)

    async def _save(
        self, tx: Transaction, before: Connection, me: UserId, decide: Callable[[datetime], Connection]
    ) -> Connection:
        """What the domain makes of a locked pair, stored and told when it differs."""
        after = decide(self.clock.now())
        if not _OF_ACCESS.isdisjoint({before.status, after.status}):
            self.changes.between(tx, before.pair.lo, before.pair.hi)
        if after != before:
            self.connections.save(tx, before, after, actor=me, change=uuid7())
            publish(tx, ConnectionChanged(after, me), by=me)
        return after
