"""What is computed over the graph in memory is what its edges say, whoever is private, blocked or gone."""

import random
from collections import defaultdict
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svc_profile.domain.audience import Audience
from svc_profile.domain.graph import GONE, Look, Node, Numbers, Sight, listed, ways
from svc_profile.domain.graph.arrays import held, size_of, union
from tests.unit.svc_profile.domain.graph_reference import NOW, Reference, packed

PEOPLE = 9
people = st.integers(0, PEOPLE - 1)
pairs = st.sets(st.sets(people, min_size=2, max_size=2).map(frozenset), max_size=18)
audiences = st.dictionaries(people, st.sampled_from(Audience), max_size=4)


@st.composite
def graphs(draw: st.DrawFn) -> Reference:
    """People among whom some hide, some are suspended, and who is blocked is not connected."""
    blocks = draw(st.sets(st.sets(people, min_size=2, max_size=2).map(frozenset), max_size=3))
    return Reference(
        edges=draw(pairs) - blocks,
        blocks=blocks,
        suspended=draw(st.sets(people, max_size=1)),
        audiences=draw(audiences),
        unnamed=draw(st.sets(people, max_size=2)),
    )


@settings(max_examples=12)
@given(graphs())
def test_degrees_and_paths_are_those_of_the_edges(graph: Reference) -> None:
    """Of everybody for everybody; a path that is shown is one of the shortest that may be."""
    for me in range(PEOPLE):
        found = ways(graph.look(), me, range(PEOPLE), NOW)
        for other in range(PEOPLE):
            expected, way = graph.degree(me, other), found.get(other)
            assert expected == (way and (way.degree, bool(way.path)))
            if way is None or way.degree == 0:
                continue
            assert way.withheld is not bool(way.path)
            if way.path:
                assert (me, other, way.degree) == (way.path[0], way.path[-1], len(way.path) - 1)
                assert way.path in graph.ways(me, other, way.degree - 1)
                assert graph.leads(me, way.path)
                assert graph.may_be_shown(me, way.path)


def test_all_pairs_of_sixty_among_six_hundred_are_as_their_edges_say() -> None:
    """Degrees, paths and mutual connections on a network with hubs are those of a breadth-first search."""
    chance, near = random.Random(60), defaultdict[int, set[int]](set)
    ends = [0, 1]
    for one in range(1, 600):
        for other in {chance.choice(ends) for _ in range(3)} - {one}:  # who has many connections gets more
            near[one].add(other)
            near[other].add(one)
            ends += [one, other]
    graph = Reference({frozenset((one, other)) for one, others in near.items() for other in others})
    look, sample = graph.look(), chance.sample(range(600), 60)
    for me in sample:
        away, ring = {me: 0}, {me}
        for degree in (1, 2, 3):
            ring = {other for one in ring for other in near[one]} - away.keys()
            away |= dict.fromkeys(ring, degree)
        found, sight = ways(look, me, sample, NOW), Sight(look, me, NOW)
        assert {one: away.get(one, 0) for one in sample} == {one: way.degree for one, way in found.items()}
        for other, way in found.items():
            assert way.degree == 0 or all(two in near[one] for one, two in pairwise(way.path))
            assert way.degree == 0 or (me, other, way.degree + 1) == (way.path[0], way.path[-1], len(way.path))
        assert all(set(sight.mutual(other)) == near[me] & near[other] for other in sample if other != me)


@settings(max_examples=12)
@given(graphs(), people)
def test_one_target_is_as_far_as_among_many(graph: Reference, me: int) -> None:
    """Whichever side is searched from: few targets are searched from theirs, many from the viewer's."""
    among = ways(graph.look(), me, range(PEOPLE), NOW)
    for other in range(PEOPLE):
        alone = ways(graph.look(), me, [other], NOW)
        assert {who: way.degree for who, way in among.items() if who == other} == {
            who: way.degree for who, way in alone.items()
        }


@settings(max_examples=12)
@given(graphs())
def test_mutual_connections_are_those_that_both_ends_show(graph: Reference) -> None:
    """Of everybody with everybody."""
    for me in range(PEOPLE):
        sight = Sight(graph.look(), me, NOW)
        assert [graph.mutual(me, other) for other in range(PEOPLE)] == [
            set(sight.mutual(other)) for other in range(PEOPLE)
        ]


@given(graphs(), people)
def test_the_second_degree_is_counted_through_those_who_show(graph: Reference, me: int) -> None:
    """Without oneself, the own connections, and whom a block is with."""
    assert graph.second(me) == Sight(graph.look(), me, NOW).second()


@settings(max_examples=12)
@given(graphs(), people)
def test_what_is_missing_is_noted_until_all_is_known(graph: Reference, me: int) -> None:
    """An answer that misses nothing is the one that everything known gives."""
    known: dict[int, Node] = {}
    for _ in range(PEOPLE):
        look = Look(known.get)
        found = ways(look, me, range(PEOPLE), NOW)
        if not look.missing:
            break
        known |= {number: graph.node(number) for number in look.missing}
    assert found == ways(graph.look(), me, range(PEOPLE), NOW)


@given(st.lists(st.sets(st.integers(0, 40))), st.lists(st.sets(st.integers(0, 40))))
def test_arrays_are_sets(some: list[set[int]], others: list[set[int]]) -> None:
    """Joined, counted, and looked up."""
    sets, asked = [packed(one) for one in some], [packed(one) for one in others]
    both = set[int]().union(*some)
    assert sorted(both) == union(sets).tolist()
    assert len(both - set[int]().union(*others)) == size_of(sets, asked)
    assert [sorted(one & both) for one in others] == held(sets, asked)


@given(st.lists(st.uuids(), max_size=8))
def test_numbers_stand_for_members(ids: list[UUID]) -> None:
    """Each has one, and a packed set is in order."""
    numbers = Numbers()
    back = {numbers.id(number) for number in listed(numbers.packed(b"".join(one.bytes for one in ids)))}
    assert set(ids) == back
    assert len(numbers) == len(back)
    assert [one.hex for one in ids] == [numbers.hex(numbers.of(one)) for one in ids]


@pytest.mark.parametrize("who", [0, 1])
def test_for_who_is_gone_nobody_is_there(who: int) -> None:
    """Nor are they for anybody, themselves excepted."""
    graph = Reference({frozenset((0, 1)), frozenset((1, 2))})
    look = Look(lambda number: GONE if number == who else graph.node(number))
    assert [number for number in range(3) if number in ways(look, 0, [0, 1, 2], NOW)] == ([0] if who == 0 else [0, 2])
