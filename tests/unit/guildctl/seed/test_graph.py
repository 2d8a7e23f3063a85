"""The graph that people are made from."""

import pytest

from guildctl.seed.graph import Graph, parse, reed98


def test_the_file_is_the_published_network() -> None:
    """962 people, 18,812 friendships, everybody has one; the best known has 313."""
    graph = reed98()

    assert (set(range(962)), 18_812) == (graph.people, len(graph.edges))
    assert (1, 313) == (min(map(len, graph.friends.values())), max(map(len, graph.friends.values())))


@pytest.mark.parametrize("text", ["1 2\n2 1\n", "3 3\n", "1 2\n1 2\n"])
def test_what_is_no_friendship_is_refused(text: str) -> None:
    """Nobody is their own friend, and a friendship stands in a file once."""
    with pytest.raises(ValueError, match="no friendship"):
        parse(text)


def test_the_core_are_those_who_know_each_other() -> None:
    """Of a clique with a long tail the clique stays."""
    clique = [(a, b) for a in range(5) for b in range(a)]
    tail = [(n, n + 1) for n in range(4, 12)]

    assert frozenset(range(5)) == Graph.of(clique + tail).core(5)
