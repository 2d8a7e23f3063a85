"""A look at the graph: it notes what it was shown, so that the answer can be held to it."""

from collections.abc import Callable, Iterable

from svc_profile.domain.graph.nodes import GONE, Node


class Look:
    """Nodes by number, as far as they are known; of the rest nothing is there, and it is noted as missing.

    An answer that missed something is none: whoever asked fetches what is missing, and looks again.
    """

    def __init__(self, known: Callable[[int], Node | None]) -> None:
        self._known = known
        self.seen: dict[int, Node] = {}
        self.missing: dict[int, None] = {}

    def node(self, number: int) -> Node:
        """What is known of a member."""
        node = self.seen.get(number)
        if node is None:
            node = self._known(number)
            if node is None:
                self.missing[number] = None
                return GONE
            self.seen[number] = node
        return node

    def nodes(self, numbers: Iterable[int]) -> list[Node]:
        """What is known of several, in their order."""
        return [self.node(number) for number in numbers]
