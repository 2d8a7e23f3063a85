"""Find how far two members are apart."""

from dataclasses import dataclass

from mesh.data import Database
from svc_profile.domain.access import Verdict
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import User
from svc_profile.store.connections import ConnectionRepository
from svc_profile.usecases.access import Access


@dataclass(frozen=True)
class Degrees:
    """Explicit hops, three at most; a way leads through members who are there for the caller."""

    db: Database
    connections: ConnectionRepository
    access: Access

    async def path(self, me: UserId, other: UserId) -> list[User]:
        """One of the shortest paths from `me` to `other`, both included; [] beyond 3 and to oneself.

        Raises UserNotFound.
        """
        return await self.path_by(await self.access.must_see(me, other), me)

    async def path_by(self, verdict: Verdict, me: UserId) -> list[User]:
        """The same to a member of whom `me` has a verdict already."""
        other = verdict.owner
        if verdict.is_self:
            return []
        for through in (0,) if verdict.connected else (1, 2):
            ways = await self.connections.ways(self.db, me, other, through=through)
            wanted = [me, other, *(one for way in ways for one in way)]
            people = await self.access.visible(me, wanted) if ways else {}
            for way in ways:
                if all(one in people for one in way):
                    return [people[one] for one in (me, *way, other)]
        return []
