"""Invented people and their friendships."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from random import Random
from statistics import mean, median

import pytest

from guildctl.seed.graph import Graph
from guildctl.seed.population import HORIZON, similarity
from guildctl.seed.worlds import World, invent


@pytest.fixture(scope="module", params=[60, 1_000, 20_000])
def world(request: pytest.FixtureRequest) -> World:
    """The largest takes seconds, within the time a test has."""
    return invent(request.param, 42)


def degrees(graph: Graph) -> list[int]:
    return sorted(len(graph.friends(person)) for person in range(graph.people))


def transitivity(friends: Sequence[set[int]], people: Sequence[int]) -> float:
    """Share of the pairs of friends of these people who are friends themselves."""
    closed = sum(len(friends[one] & friends[person]) for person in people for one in friends[person])
    return closed / max(1, sum(len(friends[person]) * (len(friends[person]) - 1) for person in people))


def shuffled(graph: Graph) -> list[set[int]]:
    """Friends of a random graph with the same degrees: the configuration model."""
    ends = [person for pair in graph.edges for person in pair]
    Random(1).shuffle(ends)
    friends: list[set[int]] = [set() for _ in range(graph.people)]
    for one, other in zip(ends[::2], ends[1::2], strict=True):
        if one != other:
            friends[one].add(other)
            friends[other].add(one)
    return friends


def test_the_same_number_is_the_same_network() -> None:
    """To the last friendship and taste; another number, and another size, is another network of other people."""
    one, again, other, larger = (invent(size, seed) for size, seed in ((300, 7), (300, 7), (300, 8), (301, 7)))

    assert (one.name, one.people, one.firms) == (again.name, again.people, again.firms)
    assert (one.graph.asker, one.graph.asked, one.graph.at) == (again.graph.asker, again.graph.asked, again.graph.at)
    for another in (other, larger):
        assert set(one.graph.edges) != set(another.graph.edges)
        assert {person.email for person in one.people}.isdisjoint(person.email for person in another.people)
        assert {firm.name for firm in one.firms}.isdisjoint(firm.name for firm in another.firms)


def test_people_have_as_many_friends_as_people_have(world: World) -> None:
    """Forty on the average where there are enough people, half of them fewer than thirty, some many times as many."""
    found = degrees(world.graph)
    count = len(world.people)
    expected = min(40, count / 6)

    assert expected * 0.95 <= mean(found) <= expected * 1.01
    assert found[0] >= 1
    if count >= 1_000:
        assert median(found) < 0.8 * mean(found)
        assert found[int(0.99 * count)] > 3.5 * mean(found)
        assert 5 * mean(found) < found[-1] < count / 2
        assert sum(found[-count // 10 :]) > 0.25 * sum(found)


def test_friends_of_friends_are_friends(world: World) -> None:
    """Far more often than in a random graph in which everybody has as many friends."""
    friends = [set(world.graph.friends(person)) for person in range(world.graph.people)]
    looked_at = Random(2).sample(range(world.graph.people), min(2_000, world.graph.people))
    times = {60: 1.5, 1_000: 1.7, 20_000: 5}[len(world.people)]

    assert transitivity(friends, looked_at) > times * transitivity(shuffled(world.graph), looked_at)


def test_friends_have_things_in_common(world: World) -> None:
    """School, company, city and tastes, more often than two who are picked by chance."""
    draw = Random(3)
    people = world.people
    pairs = list(world.graph.edges)
    strangers = [tuple(draw.sample(range(len(people)), 2)) for _ in range(min(20_000, 10 * len(pairs)))]

    def shared(pairs: Sequence[tuple[int, ...]]) -> list[float]:
        met = [(people[one], people[other]) for one, other in pairs]
        return [
            mean(one.school == other.school for one, other in met),
            mean(one.firm == other.firm for one, other in met),
            mean(one.location == other.location for one, other in met),
            mean(similarity(one.tastes, other.tastes) for one, other in met),
        ]

    for among_friends, among_strangers in zip(shared(pairs), shared(strangers), strict=True):
        assert among_friends > 1.25 * among_strangers


def test_people_belong_to_several_communities(world: World) -> None:
    """Everybody has a school, a company, a city and one to three interests; communities overlap and differ in size."""
    firms = Counter(person.firm for person in world.people)

    assert {1, 2, 3} >= {len(person.interests) for person in world.people}
    assert all(person.school and person.location and person.headline for person in world.people)
    assert all(0.98 <= sum(person.tastes) <= 1.02 for person in world.people)
    assert max(firms.values()) > 1.5 * median(firms.values())
    for one, other in combinations(("school", "firm", "location"), 2):
        together = Counter((getattr(person, one), getattr(person, other)) for person in world.people)
        assert len(together) > max(len({key[place] for key in together}) for place in (0, 1))


def test_time_goes_forward(world: World) -> None:
    """People join over the years, in the order of their numbers; friendships come in order, after both have joined."""
    joined = [person.joined for person in world.people]
    moments = list(world.graph.at)

    assert (sorted(joined), sorted(moments)) == (joined, moments)
    assert all(at >= max(joined[a], joined[b]) for (a, b), at in zip(world.graph.edges, moments, strict=True))
    assert (0, True) == (joined[0], 0.9 * HORIZON < joined[-1] < HORIZON)
    assert all(since <= HORIZON for one, other in world.graph.edges if (since := world.graph.since(one, other)))
    assert joined[len(joined) // 2] > HORIZON / 2


@pytest.mark.parametrize("people", [1, 2, 5])
def test_a_few_people_are_a_network_too(people: int) -> None:
    """Somebody alone has no friends."""
    world = invent(people, 42)

    assert (people, people) == (len(world.people), world.graph.people)
    assert len(world.graph) <= people * (people - 1) / 2
