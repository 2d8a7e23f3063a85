"""Who asks whom."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildctl.seed import orientation
from guildctl.seed.graph import Edge, Graph
from guildctl.seed.orientation import Asks, orient, oriented

pairs = st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda p: p[0] < p[1]), min_size=1)


def undirected(edges: list[Edge]) -> set[Edge]:
    return {(min(pair), max(pair)) for pair in edges}


def edges_of(asks: Asks) -> list[Edge]:
    return [(asker, asked) for asker, all_asked in enumerate(asks) for asked in all_asked]


@given(pairs)
def test_the_lowest_bound_that_works_is_the_best_there_is(edges: set[tuple[int, int]]) -> None:
    """Every friendship is asked for once; a bound is refused only when some people have more friendships among them."""
    graph = Graph.of(sorted(edges))
    for bound in range(1, 13):
        asks = oriented(graph, bound)
        if asks is None:
            assert bound * graph.people < len(graph) or densest(graph) > bound
            continue
        assert max(map(len, asks)) <= bound
        assert (len(graph), edges) == (len(edges_of(asks)), undirected(edges_of(asks)))
        return


def densest(graph: Graph) -> float:
    """Friendships a person in the densest part that peeling finds, at most twice too few."""
    return max(
        2 * sum(1 for edge in graph.edges if kept.issuperset(edge)) / len(kept)
        for kept in (graph.core(size) for size in range(1, graph.people + 1))
    )


def test_a_clique_needs_half_its_size() -> None:
    """Seven people who all know each other have 21 friendships: three requests each, and two are not enough."""
    clique = Graph.of((a, b) for a in range(7) for b in range(a))

    asks = oriented(clique, 3)
    assert asks is not None
    assert [3] * 7 == [len(asked) for asked in asks]
    assert oriented(clique, 2) is None


def test_who_asks_comes_in_the_order_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever direction is chosen; where the bound is too low for a graph it is doubled."""
    monkeypatch.setattr(orientation, "MOST_REQUESTS", 2)
    clique = Graph.of((a, b) for a in range(7) for b in range(a))

    requests = orient(clique)

    assert [(min(pair), max(pair)) for pair in clique.edges] == [(min(pair), max(pair)) for pair in requests]
    assert 2 < max(Counter(asker for asker, _ in requests).values()) <= 4
