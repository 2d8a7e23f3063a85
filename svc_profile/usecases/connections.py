"""What two members do about their connection."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_profile.domain.connection import CannotBlockSelf, Connection, Pair
from svc_profile.domain.facts import Blocked, ConnectionChanged, Unblocked
from svc_profile.domain.ids import UserId
from svc_profile.store.blocks import BlockRepository
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.events import publish
from svc_profile.store.follows import FollowRepository
from svc_profile.usecases.access import Access
from svc_profile.usecases.access_changes import AccessChanges
from svc_profile.usecases.connection_writes import ConnectionWrites, Step, changes_of
from svc_profile.usecases.partings import Partings


@dataclass(frozen=True)
class Connections:
    """Each verb has both rows of the pair locked and lets the domain decide, whose failures pass."""

    db: Database
    connections: ConnectionRepository
    blocks: BlockRepository
    follows: FollowRepository
    access: Access
    changes: AccessChanges
    writes: ConnectionWrites
    partings: Partings
    clock: Clock
    cooldown: timedelta

    async def request(self, me: UserId, other: UserId, note: str, *, passed: bool = False) -> Connection:
        """Ask for a connection, or accept the other's request where there is one.

        `passed` says whether the caller passed a challenge for it. Raises UserNotFound, InvitationsUsedUp,
        ChallengeRequired.
        """

        def ask(before: Connection, now: datetime) -> Connection:
            return before.request(by=me, at=now, note=note, cooldown=self.cooldown)

        _, after = await self.writes.request(Step(me, Pair.of(me, other), ask, passed=passed))
        return after

    async def accept(self, me: UserId, other: UserId) -> tuple[Connection, bool]:
        """Accept the other's request; tells whether it had been accepted before."""
        step = Step(me, Pair.of(me, other), lambda before, now: before.accept(by=me, at=now))
        before, after = await self.writes.answer(step)
        return after, after == before

    async def reject(self, me: UserId, other: UserId) -> Connection:
        """Turn the other's request down."""
        step = Step(me, Pair.of(me, other), lambda before, now: before.reject(by=me, at=now))
        _, after = await self.writes.answer(step)
        return after

    async def ignore(self, me: UserId, other: UserId) -> Connection:
        """Leave the other's request unanswered, which they are not told."""
        step = Step(me, Pair.of(me, other), lambda before, now: before.ignore(by=me, at=now))
        _, after = await self.writes.answer(step)
        return after

    async def withdraw(self, me: UserId, other: UserId) -> Connection:
        """Take the own request back."""
        step = Step(me, Pair.of(me, other), lambda before, now: before.withdraw(by=me, at=now))
        _, after = await self.writes.answer(step)
        return after

    async def remove(self, me: UserId, other: UserId) -> Connection:
        """End the connection."""
        step = Step(me, Pair.of(me, other), lambda before, now: before.remove(by=me, at=now))
        _, after = await self.writes.answer(step)
        return after

    async def block(self, me: UserId, other: UserId) -> datetime:
        """End whatever is between the two and hide each from the other; since when. Raises UserNotFound."""
        if me == other:
            raise CannotBlockSelf("cannot block yourself")
        pair = Pair.of(me, other)

        async def work(tx: Transaction) -> datetime:
            stored = (await self.connections.lock_or_create(tx, [pair]))[pair]
            self.changes.between(tx, pair)
            if since := await self.blocks.since(tx, me, other):
                return since
            await self.access.must_see(me, other, tx)
            now = self.clock.now()
            before = stored.as_of(now)
            after = before.sever(by=me, at=now)
            if changes := changes_of(stored, before, after, me):
                self.connections.save(tx, changes)
            for change in changes:
                publish(tx, ConnectionChanged(change.after, change.actor), by=change.actor)
            if after.parted_from(before):
                self.changes.connected(tx, pair)
                await self.partings.end(tx, {pair: partial(publish, tx, by=me)})
            await self.partings.estrange(tx, pair, partial(publish, tx, by=me))
            self.follows.sever(tx, pair)
            await self.blocks.add(tx, pair, me, now)
            publish(tx, Blocked(me, other, now), by=me)
            return now

        return await self.db.transact(work)

    async def unblock(self, me: UserId, other: UserId) -> None:
        """Lift the own block, if there is one; what it ended stays ended."""

        async def work(tx: Transaction) -> None:
            pair = Pair.of(me, other)
            await self.connections.lock(tx, [pair])
            self.changes.between(tx, pair)
            if await self.blocks.drop(tx, pair, me):
                publish(tx, Unblocked(me, other, self.clock.now()), by=me)

        if me != other:
            await self.db.transact(work)
