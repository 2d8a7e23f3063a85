"""The graph as one member may see it.

Somebody is *there* for a viewer unless they left, are suspended, or a block is between the two. Somebody *shows* their
connections to a viewer as their settings say. The connection of two others is *shown* when both show theirs, and it is
*no secret* when one does, for then the other stands in a list that the viewer may read.
"""

from array import array
from collections.abc import Iterable, Iterator
from datetime import datetime

from svc_profile.domain.audience import Closeness
from svc_profile.domain.graph.arrays import size_of
from svc_profile.domain.graph.look import Look
from svc_profile.domain.graph.nodes import GONE, Node, listed
from svc_profile.domain.standing import GOOD


class Sight:
    """What a viewer sees; of a viewer who is not there, nobody is."""

    def __init__(self, look: Look, me: int, at: datetime) -> None:
        own = look.node(me)
        self.look = look
        self.me = me
        self.at = at
        self.own = own
        self.friends: frozenset[int] = frozenset(listed(own.friends))
        self._blocked = frozenset(listed(own.blocked))
        self._gone = own.standing is GONE.standing
        self.limited = own.standing.is_limited(at)

    def there(self, number: int, node: Node) -> bool:
        """Whether a member is there for the viewer, who is there for themselves."""
        if number == self.me:
            return True
        good = node.standing is GOOD or not node.standing.is_suspended(self.at)
        return good and not self._gone and number not in self._blocked

    def shows(self, number: int, node: Node) -> bool:
        """Whether a member shows their connections to the viewer, by the rule of `domain.access`."""
        if number == self.me:
            return True
        privacy = node.privacy
        if self.limited:
            return privacy.shows_connections_to(Closeness.PUBLIC)
        connected = number in self.friends
        if privacy.connections_by_sharing:
            return privacy.shows_connections_to(
                Closeness.of(connected=connected, sharing=any(True for _ in self.common(node)))
            )
        return privacy.shows_connections_to(Closeness.CONNECTION if connected else Closeness.MEMBER)

    def named(self, number: int, node: Node) -> bool:
        """Whether a member may stand between others in a path that the viewer is shown."""
        return node.privacy.traversable and self.shows(number, node)

    def second(self) -> int:
        """How many are two hops away, through connections who show theirs; closed accounts among them count."""
        shown = [node.friends for number, node in self.connections() if self.shows(number, node)]
        known = (self.own.friends, self.own.blocked, array("I", (self.me,)).tobytes())
        return size_of(shown, but=known)

    def connections(self) -> list[tuple[int, Node]]:
        """The viewer's connections who are there for them."""
        nodes = zip(self.friends, self.look.nodes(self.friends), strict=True)
        return [(number, node) for number, node in nodes if self.there(number, node)]

    def mutual(self, other: int) -> list[int]:
        """Whom both the viewer and another are connected with, as far as that is shown; in no order."""
        node = self.look.node(other)
        if not self.there(other, node) or not self.shows(other, node):
            return []
        return list(self._shown(self.common(node)))

    def common(self, node: Node) -> Iterator[int]:
        """Connections of the viewer that are another's too, in their order; who needs one finds no others."""
        return filter(self.friends.__contains__, listed(node.friends))

    def _shown(self, numbers: Iterable[int]) -> Iterator[int]:
        for number in numbers:
            node = self.look.node(number)
            if self.there(number, node) and self.shows(number, node):
                yield number
