"""What the graph in memory has to answer, worked out from the edges one by one."""

from array import array
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise, product

from svc_profile.domain.audience import Audience, Closeness
from svc_profile.domain.graph import Look, Node
from svc_profile.domain.privacy import Privacy
from svc_profile.domain.standing import GOOD, Standing

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Reference:
    """People numbered from 0, by sets of pairs."""

    edges: set[frozenset[int]]
    blocks: set[frozenset[int]] = field(default_factory=set[frozenset[int]])
    suspended: Collection[int] = ()
    audiences: Mapping[int, Audience] = field(default_factory=dict[int, Audience])
    unnamed: Collection[int] = ()

    def friends(self, one: int) -> set[int]:
        return {other for edge in self.edges if one in edge for other in edge - {one}}

    def there(self, me: int, one: int) -> bool:
        return one == me or not (one in self.suspended or frozenset((me, one)) in self.blocks)

    def shows(self, me: int, one: int) -> bool:
        audience = self.audiences.get(one, Audience.MEMBERS)
        sharing = bool(self.friends(me) & self.friends(one))
        return one == me or audience.has(Closeness.of(connected=frozenset((me, one)) in self.edges, sharing=sharing))

    def mutual(self, me: int, other: int) -> set[int]:
        if not self.there(me, other) or not self.shows(me, other):
            return set()
        return {x for x in self.friends(me) & self.friends(other) if self.there(me, x) and self.shows(me, x)}

    def degree(self, me: int, other: int) -> tuple[int, bool] | None:
        """The hops, 0 beyond three, and whether a path may be shown; None for who is not there."""
        if not self.there(me, other):
            return None
        if other == me:
            return 0, False
        for between in range(3):
            found = [way for way in self.ways(me, other, between) if self.leads(me, way)]
            if found:
                return between + 1, any(self.may_be_shown(me, way) for way in found)
        return 0, False

    def ways(self, me: int, other: int, between: int) -> list[tuple[int, ...]]:
        """All that could be ways with so many between."""
        near, far = sorted(self.friends(me) - {other}), sorted(self.friends(other) - {me})
        if between == 0:
            return [(me, other)] if frozenset((me, other)) in self.edges else []
        if between == 1:
            return [(me, x, other) for x in near if x in far]
        return [(me, x, y, other) for x, y in product(near, far) if frozenset((x, y)) in self.edges]

    def leads(self, me: int, way: tuple[int, ...]) -> bool:
        return all(self.there(me, one) for one in way) and all(
            me in (a, b) or self.shows(me, a) or self.shows(me, b) for a, b in pairwise(way)
        )

    def may_be_shown(self, me: int, way: tuple[int, ...]) -> bool:
        return all(one not in self.unnamed for one in way[1:-1]) and all(
            me in (a, b) or (self.shows(me, a) and self.shows(me, b)) for a, b in pairwise(way)
        )

    def second(self, me: int) -> int:
        friends = {one for one in self.friends(me) if self.there(me, one)}
        found = {two for one in friends if self.shows(me, one) for two in self.friends(one)}
        return len({one for one in found - self.friends(me) - {me} if frozenset((me, one)) not in self.blocks})

    def look(self) -> Look:
        """The same as the graph holds it, each person by their own number."""
        return Look(self.node)

    def node(self, one: int) -> Node:
        blocked = {other for pair in self.blocks if one in pair for other in pair - {one}}
        privacy = Privacy(
            connections_audience=self.audiences.get(one, Audience.MEMBERS), traversable=one not in self.unnamed
        )
        standing = Standing(suspended_until=datetime.max.replace(tzinfo=UTC)) if one in self.suspended else GOOD
        return Node(packed(self.friends(one)), packed(blocked), standing, privacy)


def packed(numbers: Collection[int]) -> bytes:
    """A set as nodes have it."""
    return array("I", sorted(numbers)).tobytes()
