"""Who asks whom."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildctl.seed.graph import Graph, reed98
from guildctl.seed.orientation import MOST_REQUESTS, orient

pairs = st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda p: p[0] < p[1]), min_size=1)


def most(requests: list[tuple[int, int]]) -> int:
    return max(Counter(asker for asker, _ in requests).values())


def test_nobody_of_the_real_network_asks_too_often() -> None:
    """The bucket of requests holds 50; the best known has 313 friends and asks 40 of them at most."""
    graph = reed98()
    requests = orient(graph)

    assert most(requests) <= MOST_REQUESTS <= 45
    assert set(graph.edges) == {(min(pair), max(pair)) for pair in requests}
    assert 29 == most(orient(graph, at_most=29))


@given(pairs)
def test_the_lowest_bound_that_works_is_the_best_there_is(edges: set[tuple[int, int]]) -> None:
    """Every friendship is asked for once; a bound is refused only when some people have more friendships among them."""
    graph = Graph.of(sorted(edges))
    for bound in range(1, 13):
        try:
            requests = orient(graph, at_most=bound)
        except ValueError:
            assert bound * len(graph.people) < len(graph.edges) or densest(graph) > bound
            continue
        assert (len(graph.edges), True) == (len(requests), most(requests) <= bound)
        assert set(graph.edges) == {(min(pair), max(pair)) for pair in requests}
        return


def densest(graph: Graph) -> float:
    """Friendships a person in the densest part that peeling finds, at most twice too few."""
    return max(
        2 * sum(1 for edge in graph.edges if kept.issuperset(edge)) / len(kept)
        for kept in (graph.core(size) for size in range(1, len(graph.people) + 1))
    )


def test_a_clique_needs_half_its_size() -> None:
    """Seven people who all know each other have 21 friendships: three requests each, and two are not enough."""
    clique = Graph.of((a, b) for a in range(7) for b in range(a))

    assert 3 == most(orient(clique, at_most=3))
    with pytest.raises(ValueError, match="cannot be asked with 2 requests"):
        orient(clique, at_most=2)
