"""Change the state of a pair: lock both rows, let the domain decide, save both, tell the others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from svc_profile.domain.connection import Connection, Pair
from svc_profile.domain.ids import UserId
from svc_profile.store.connections import ConnectionRepository
from svc_profile.usecases.events import connection_changed, pair_key

Decide = Callable[[Connection, datetime], Connection]


@dataclass(frozen=True)
class ChangeConnection:
    """The transaction that every verb of a connection shares; they differ in what they let the domain decide."""

    db: Database
    connections: ConnectionRepository
    clock: Clock

    async def __call__(self, me: UserId, other: UserId, decide: Decide) -> Connection:
        """Apply `decide` to the locked pair; saves and publishes only when it changed something."""
        pair = Pair.of(me, other)

        async def work(tx: Transaction) -> Connection:
            return await self.within(tx, me, await self.connections.lock(tx, pair), decide)

        return await self.db.transact(work)

    async def within(self, tx: Transaction, me: UserId, before: Connection, decide: Decide) -> Connection:
        """The same inside a transaction that holds the pair's lock already."""
        now = self.clock.now()
        after = decide(before, now)
        if after != before:
            await self.connections.save(tx, before, after, actor=me, change=uuid7())
            tx.emit(connection_changed(after, actor=me, at=now), key=pair_key(after.pair), actor=me)
        return after
