"""Find how far two members are apart."""

from dataclasses import dataclass

from mesh.data import Database
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
        verdict = await self.access.must_see(me, other)
        if verdict.is_self:
            return []
        if verdict.connected:
            return list((await self.access.visible(me, [me, other])).values())
        for through in (1, 2):
            routes = await self.connections.routes(self.db, me, other, through=through)
            people = await self.access.visible(me, [me, *(one for route in routes for one in route), other])
            for route in routes:
                if all(one in people for one in route):
                    return [people[one] for one in (me, *route, other)]
        return []
