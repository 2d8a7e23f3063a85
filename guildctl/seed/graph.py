"""Who is friends with whom: an undirected graph over numbered people."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

Edge = tuple[int, int]


@dataclass(frozen=True)
class Graph:
    """People with the friendships between them; each friendship stands in it once, lower number first."""

    people: frozenset[int]
    edges: tuple[Edge, ...]

    @classmethod
    def of(cls, pairs: Iterable[Edge]) -> "Graph":
        """The graph of these pairs; raises ValueError for a pair of one person, or one that comes twice."""
        edges: dict[Edge, None] = {}
        for one, other in pairs:
            edge = (min(one, other), max(one, other))
            if one == other or edge in edges:
                raise ValueError(f"{one} {other} is no friendship, or one that was there before")
            edges[edge] = None
        return cls(frozenset(person for edge in edges for person in edge), tuple(edges))

    @cached_property
    def friends(self) -> dict[int, frozenset[int]]:
        """Everybody's friends."""
        found: dict[int, set[int]] = {person: set() for person in sorted(self.people)}
        for one, other in self.edges:
            found[one].add(other)
            found[other].add(one)
        return {person: frozenset(friends) for person, friends in found.items()}

    def core(self, size: int) -> frozenset[int]:
        """The `size` people who stay when whoever has the fewest friends left leaves, one after another.

        Charikar's greedy peeling ("Greedy Approximation Algorithms for Finding Dense Components in a Graph", 2000).
        """
        staying = set(self.people)
        friends_left = {person: len(friends) for person, friends in self.friends.items()}
        while len(staying) > size:
            leaving = min(staying, key=lambda person: (friends_left[person], person))
            staying.remove(leaving)
            for friend in self.friends[leaving]:
                friends_left[friend] -= 1
        return frozenset(staying)


def parse(text: str) -> Graph:
    """Read one `a b` pair a line."""
    return Graph.of((int(one), int(other)) for one, other in (line.split() for line in text.splitlines() if line))


def reed98() -> Graph:
    """The network that comes with the command: 962 people, 18,812 friendships."""
    return parse(files("guildctl").joinpath("data", "reed98", "edges.txt").read_text(encoding="ascii"))
