"""Who is friends with whom: an undirected graph over numbered people, with when each friendship began."""

from array import array
from collections.abc import Iterable, Iterator, Sequence

Edge = tuple[int, int]

ANSWERED_WITHIN = 2 * 86_400
"""Seconds in which every request is accepted."""


def accepted(requested: int) -> int:
    """When a request of that moment was accepted: some time within two days, always the same."""
    return requested + requested * 7919 % ANSWERED_WITHIN


class Graph:
    """People numbered from 0; friendships in the order in which they are added, each once, in flat arrays.

    Two million friendships take about a hundred megabytes.
    """

    def __init__(self, people: int) -> None:
        self.asker = array("i")
        self.asked = array("i")
        self.at = array("i")
        """Seconds from the beginning of the network to each request."""
        self._friends = [array("i") for _ in range(people)]
        self._since = [array("i") for _ in range(people)]

    @classmethod
    def of(cls, pairs: Iterable[Edge], people: int = 0) -> "Graph":
        """The graph of these pairs; raises ValueError for a pair of one person, or one that comes twice."""
        known = list(pairs)
        graph = cls(max((people, *(1 + max(pair) for pair in known))))
        for one, other in known:
            if not graph.add(one, other):
                raise ValueError(f"{one} {other} is no friendship, or one that was there before")
        return graph

    def __len__(self) -> int:
        return len(self.asker)

    @property
    def people(self) -> int:
        """How many people there are."""
        return len(self._friends)

    @property
    def edges(self) -> Iterator[Edge]:
        """Each friendship as (who asked, who was asked)."""
        return zip(self.asker, self.asked, strict=True)

    def friends(self, person: int) -> Sequence[int]:
        """A person's friends, in the order in which they met."""
        return self._friends[person]

    def since(self, one: int, other: int) -> int | None:
        """When two people became friends; None for those who are not."""
        if len(self._friends[other]) < len(self._friends[one]):
            one, other = other, one
        try:
            return self._since[one][self._friends[one].index(other)]
        except ValueError:
            return None

    def add(self, asker: int, asked: int, at: int = 0) -> bool:
        """Make two people friends; False when they are, or when it is one person."""
        mine, theirs = self._friends[asker], self._friends[asked]
        if asker == asked or (asked in mine if len(mine) < len(theirs) else asker in theirs):
            return False
        mine.append(asked)
        theirs.append(asker)
        self._since[asker].append(accepted(at))
        self._since[asked].append(accepted(at))
        self.asker.append(asker)
        self.asked.append(asked)
        self.at.append(at)
        return True

    def core(self, size: int) -> frozenset[int]:
        """The `size` people who stay when whoever has the fewest friends left leaves, one after another.

        Charikar's greedy peeling ("Greedy Approximation Algorithms for Finding Dense Components in a Graph", 2000).
        """
        staying = set(range(self.people))
        friends_left = [len(friends) for friends in self._friends]
        while len(staying) > size:
            leaving = min(staying, key=lambda person: (friends_left[person], person))
            staying.remove(leaving)
            for friend in self._friends[leaving]:
                friends_left[friend] -= 1
        return frozenset(staying)
