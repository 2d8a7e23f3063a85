"""Choose a handle, and find who has one."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_profile.domain.facts import ProfileChanged
from svc_profile.domain.handle import REDIRECTS, HandleNotFound, HandleTaken, check_cool_down, check_handle, normalised
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import AccountGone, Profile
from svc_profile.store.events import publish
from svc_profile.store.handles import HandleRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access import NOBODY, Access
from svc_profile.usecases.users import Users


@dataclass(frozen=True)
class Handles:
    """A member has one at most, and leaves a trace of those before."""

    db: Database
    users: UserRepository
    handles: HandleRepository
    access: Access
    profiles: Users
    clock: Clock

    async def choose(self, me: UserId, text: str) -> str:
        """Take a handle, the own one again changes nothing.

        Raises HandleInvalid, HandleTaken, HandleSetLately, AccountGone.
        """
        handle = check_handle(text)

        async def work(tx: Transaction) -> None:
            before = await self.users.lock(tx, me)
            if before is None:
                raise AccountGone
            if before.handle == handle:
                return
            now = self.clock.now()
            if before.handle:
                check_cool_down(await self.handles.since(tx, me, before.handle), now)
                self.handles.leave(tx, me, before.handle, now + REDIRECTS)
            if not await self.handles.claim(tx, me, handle, now):
                raise HandleTaken(handle)
            publish(tx, ProfileChanged(me, ("handle",), now), by=me)

        await self.db.transact(work)
        return handle

    async def find(self, viewer: UserId | None, text: str) -> tuple[Profile, bool]:
        """What everybody may see of the member with a handle, and whether it is an older one; raises HandleNotFound.

        Who is hidden from the viewer takes the same statements as a handle that nobody has.
        """
        found = await self.handles.owner(self.db, normalised(text), self.clock.now())
        owner, moved = found or (NOBODY, False)
        there = await self.access.look(viewer, [owner])
        seen = there if viewer is None else await self.access.look(None, list(there))
        if owner not in seen:
            raise HandleNotFound
        return await self.profiles.as_public(*seen[owner]), moved
