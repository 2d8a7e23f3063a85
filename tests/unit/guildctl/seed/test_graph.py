"""The graph that friendships are kept in."""

import pytest

from guildctl.seed.graph import ANSWERED_WITHIN, Graph, accepted


@pytest.mark.parametrize("pairs", [[(1, 2), (2, 1)], [(3, 3)], [(1, 2), (1, 2)]])
def test_what_is_no_friendship_is_refused(pairs: list[tuple[int, int]]) -> None:
    """Nobody is their own friend, and a friendship is there once."""
    with pytest.raises(ValueError, match="no friendship"):
        Graph.of(pairs)


def test_a_friendship_is_known_to_both() -> None:
    """With the moment at which it was accepted, which is within two days of the request."""
    graph = Graph(4)

    assert (True, False, False) == (graph.add(2, 1, at=1_000), graph.add(1, 2, at=5), graph.add(3, 3))
    assert ([2], [1], []) == (list(graph.friends(1)), list(graph.friends(2)), list(graph.friends(0)))
    assert (accepted(1_000), accepted(1_000), None) == (graph.since(1, 2), graph.since(2, 1), graph.since(1, 0))
    assert all(at <= accepted(at) < at + ANSWERED_WITHIN for at in range(0, 10**8, 12_345))


def test_the_core_are_those_who_know_each_other() -> None:
    """Of a clique with a long tail the clique stays."""
    clique = [(a, b) for a in range(5) for b in range(a)]
    tail = [(n, n + 1) for n in range(4, 12)]

    assert frozenset(range(5)) == Graph.of(clique + tail).core(5)
