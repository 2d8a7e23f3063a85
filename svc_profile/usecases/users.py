"""Read and change profiles."""

from collections.abc import Mapping
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_profile.domain.facts import ProfileChanged
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import Profile, User, UserNotFound
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.events import publish
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access import Access


@dataclass(frozen=True)
class Users:
    """The profiles of members."""

    db: Database
    users: UserRepository
    connections: ConnectionRepository
    access: Access
    clock: Clock

    async def get(self, viewer: UserId | None, user_id: UserId) -> Profile:
        """A member as `viewer` sees them; raises UserNotFound."""
        verdict = await self.access.must_see(viewer, user_id)
        user = await self.users.find(self.db, user_id)
        if user is None:
            raise UserNotFound(user_id)
        if viewer is None:
            return Profile(user, reduced=True)
        count = await self.connections.count(self.db, user_id)
        return Profile(user, connection_count=count, degree=1 if verdict.connected else None, mine=verdict.is_self)

    async def update(self, me: UserId, user_id: UserId, changes: Mapping[str, str]) -> Profile:
        """The profile with the named fields replaced; what has its value already changes nothing.

        Raises UserNotFound, NotYourProfile, FieldNotUpdatable, NameMissing.
        """
        await self.access.must_see(me, user_id)

        async def work(tx: Transaction) -> User:
            before = await self.users.lock(tx, user_id)
            if before is None:
                raise UserNotFound(user_id)
            after = before.edited(changes, by=me, at=self.clock.now())
            if after != before:
                await self.users.save(tx, after)
                publish(tx, ProfileChanged(user_id, after.differs_in(before), after.updated_at), by=me)
            return after

        await self.db.transact(work)
        return await self.get(me, user_id)
