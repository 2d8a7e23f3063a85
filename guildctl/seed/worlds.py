"""Invented people with their friendships: of any number, or around a graph from a file."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from guildctl.seed.edge_list import EdgeList
from guildctl.seed.graph import Graph
from guildctl.seed.neighbourhoods import neighbourhoods
from guildctl.seed.population import Firm, Person, populate
from guildctl.seed.ties import befriend, dated


@dataclass(frozen=True)
class World:
    """A pure function of what it was asked for; `name` is in every address, so that two worlds share nobody."""

    name: str
    seed: int
    people: Sequence[Person]
    firms: Sequence[Firm]
    graph: Graph


def name_of(people: int, seed: int) -> str:
    """What a network of so many people is called."""
    return f"n{people}-s{seed}"


def invent(people: int, seed: int) -> World:
    """A network of so many people."""
    name = name_of(people, seed)
    population = populate(name, people, seed)
    return World(name, seed, population.people, population.firms, befriend(population.people, seed))


def around(edges: EdgeList, seed: int) -> World:
    """People who have exactly these friendships; those who have many in common live in one city."""
    lines = "\n".join(f"{edges.labels[one]} {edges.labels[other]}" for one, other in edges.graph.edges)
    name = f"g{hashlib.sha256(lines.encode()).hexdigest()[:8]}-s{seed}"
    population = populate(name, len(edges.labels), seed, neighbourhoods(edges.graph, seed), edges.labels)
    return World(name, seed, population.people, population.firms, dated(edges.graph.edges, population.people, seed))
