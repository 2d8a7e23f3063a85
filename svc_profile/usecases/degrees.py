"""Find how far members are apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from mesh.clock import Clock
from svc_profile.domain.graph import Look, Numbers, Sight, ways
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import User, UserNotFound
from svc_profile.usecases.access import Access
from svc_profile.usecases.network import Network


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a member is: 1 to 3 hops, 0 for farther and for oneself.

    `path` is one of the shortest ways, both ends included; `withheld` where there is one and none may be shown.
    """

    degree: int
    path: tuple[UserId, ...] = ()
    withheld: bool = False


@dataclass(frozen=True)
class Degrees:
    """Explicit hops, three at most; a way leads through members who are there for the caller."""

    network: Network
    access: Access
    clock: Clock

    async def among(self, me: UserId, others: Sequence[bytes]) -> dict[bytes, int]:
        """The degree of each of `others`, by the octets of their ids; those who are not there for `me` are left out."""
        return await self.network.ask(partial(self._among, me, others))

    def _among(self, me: UserId, others: Sequence[bytes], look: Look, numbers: Numbers) -> dict[bytes, int]:
        targets = {numbers.number(other): other for other in others}
        found = ways(look, numbers.of(me), list(targets), self.clock.now())
        return {targets[number]: way.degree for number, way in found.items()}

    async def between(self, me: UserId, other: UserId) -> Distance:
        """How far one other is; raises UserNotFound."""
        found = await self.network.ask(partial(self._between, me, other))
        if found is None:
            raise UserNotFound(other)
        return found

    def _between(self, me: UserId, other: UserId, look: Look, numbers: Numbers) -> Distance | None:
        target = numbers.of(other)
        way = ways(look, numbers.of(me), [target], self.clock.now()).get(target)
        return None if way is None else Distance(way.degree, tuple(map(numbers.id, way.path)), way.withheld)

    async def path(self, me: UserId, other: UserId) -> tuple[Distance, list[User]]:
        """The same with the members of the path; raises UserNotFound."""
        distance = await self.between(me, other)
        people = await self.access.visible(me, distance.path) if distance.path else {}
        if len(people) < len(distance.path):  # somebody has left just now
            return Distance(distance.degree, withheld=True), []
        return distance, [people[user_id] for user_id in distance.path]

    async def sizes(self, me: UserId) -> tuple[int, int]:
        """How many are one hop from a member, and two, through those who show their connections."""
        return await self.network.recall(("sizes", me), partial(self._sizes, me))

    def _sizes(self, me: UserId, look: Look, numbers: Numbers) -> tuple[int, int]:
        sight = Sight(look, numbers.of(me), self.clock.now())
        return len(sight.connections()), sight.second()
