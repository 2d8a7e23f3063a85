"""Follow members, and list who follows whom."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from svc_profile.domain.connection import CannotFollowSelf, ConnectionsHidden, Pair, Status
from svc_profile.domain.facts import Followed, Unfollowed
from svc_profile.domain.ids import UserId
from svc_profile.domain.privacy import Field
from svc_profile.domain.user import User, UserNotFound
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.events import publish
from svc_profile.store.follows import FollowedMember, FollowRepository
from svc_profile.usecases.access import Access
from svc_profile.usecases.access_changes import AccessChanges

_BATCH = 1000  # ids in one message of a stream, which the contract bounds


@dataclass(frozen=True)
class Follows:
    """Changes are made under the lock of the pair's connection, where no block and no removal comes in between."""

    db: Database
    connections: ConnectionRepository
    follows: FollowRepository
    access: Access
    changes: AccessChanges
    pager: Pager
    clock: Clock

    async def follow(self, me: UserId, other: UserId) -> datetime:
        """Follow a member, whatever becomes of a connection; since when. Raises CannotFollowSelf, UserNotFound."""
        if me == other:
            raise CannotFollowSelf("cannot follow yourself")

        async def work(tx: Transaction) -> datetime:
            await self._lock(tx, me, other)
            quiet = await self._must_see(tx, me, other)
            found = await self.follows.find(tx, me, other)
            if found and found.chosen:
                return found.since
            now = self.clock.now()
            self.follows.choose(tx, me, other, now)
            publish(tx, Followed(me, other, now, quiet=quiet or found is not None), by=me)
            return found.since if found else now

        return await self.db.transact(work)

    async def unfollow(self, me: UserId, other: UserId) -> None:
        """Follow a member no longer, if the caller does."""

        async def work(tx: Transaction) -> None:
            await self._lock(tx, me, other)
            if await self.follows.find(tx, me, other):
                self.follows.drop(tx, me, other)
                publish(tx, Unfollowed(me, other, self.clock.now()), by=me)

        if me != other:
            await self.db.transact(work)

    async def of(
        self, viewer: UserId, user_id: UserId, token: str, size: int, *, outgoing: bool
    ) -> Page[tuple[User, datetime]]:
        """Whom a member follows, or who follows them, and since when; raises UserNotFound, ConnectionsHidden."""
        if not (await self.access.must_see(viewer, user_id)).shows(Field.CONNECTIONS):
            raise ConnectionsHidden(f"user {user_id} does not show their connections to you")
        rows = self.follows.newest(self.db, user_id, viewer, outgoing=outgoing)
        listing = rows.dressed(partial(self.access.dated, viewer))
        total = partial(self.follows.count, self.db, user_id, viewer, outgoing=outgoing)
        return await self.pager.page(token, size, f"follows/{user_id}/{viewer}/{outgoing}", listing, total=total)

    def follower_ids(self, user_id: UserId, cursor: str, *, connected_only: bool) -> AsyncIterator[Page[UserId]]:
        """The ids of all who follow a member behind a cursor, batch by batch; raises PageTokenInvalid."""
        listing = self.follows.follower_ids(self.db, user_id, connected_only=connected_only)
        return self.pager.batches(cursor, _BATCH, f"stream/followers/{user_id}/{connected_only}", listing)

    def followed(self, user_id: UserId, cursor: str) -> AsyncIterator[Page[FollowedMember]]:
        """All whom a member follows behind a cursor, batch by batch; raises PageTokenInvalid."""
        listing = self.follows.followed(self.db, user_id)
        return self.pager.batches(cursor, _BATCH, f"stream/followed/{user_id}", listing)

    async def _must_see(self, tx: Transaction, me: UserId, other: UserId) -> bool:
        """Whether whoever is there for the caller is to hear nothing of them; raises UserNotFound."""
        there, back = await self.access.verdicts([(me, other), (other, me)], tx, closeness=False)
        if not there.may_see_profile:
            raise UserNotFound(other)
        return back.muted or not back.may_see_public

    async def _lock(self, tx: Transaction, me: UserId, other: UserId) -> None:
        pair = Pair.of(me, other)
        state = (await self.connections.lock_or_create(tx, [pair]))[pair]
        self.changes.for_viewer(tx, me)
        if state.status is Status.NONE:
            self.connections.forget(tx, [pair])
