"""A thousand members made for a run: neighbours who are friends, stars who know all, readers with five hundred."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from bench.system.members import Member, befriend, publish, register
from bench.system.population import Population
from bench.system.running import System

PEOPLE = 1_000
STARS = 3
"""Connected with everybody. Nobody may write more than ten posts in a row, so there are some of them."""
READERS = 8
FRIENDS = 500
"""Of each reader."""
_NEIGHBOURS = 5
"""On each side: a member has ten friends among the others, as many as a feed of a hundred posts a week needs."""
_TEXT = "What we learned when the second half of the town moved in. " * 10


@dataclass(frozen=True)
class Town:
    """Members by what is measured of them; `people` are all who are neighbours."""

    people: Population
    stars: list[Member]
    readers: list[Member]


async def built(system: System) -> Town:
    """Make one, through the services' own API: some ten thousand connections, a post for each member."""
    everybody = await register(system.address("profile"), PEOPLE + STARS + READERS)
    people, stars, readers = everybody[:PEOPLE], everybody[PEOPLE : PEOPLE + STARS], everybody[PEOPLE + STARS :]
    pairs = chain(
        ((people[one], people[other]) for one, other in _streets()),
        ((friend, star) for star in stars for friend in people),
        ((friend, reader) for reader in readers for friend in people[:FRIENDS]),
    )
    await befriend(system.address("profile"), list(pairs))
    await publish(system.address("feed"), [(member, f"{_TEXT}({number})") for number, member in enumerate(people)])
    friends: dict[int, list[int]] = {at: [] for at in range(PEOPLE)}
    for one, other in _streets():
        friends[one].append(other)
        friends[other].append(one)
    return Town(Population(people, friends, f"{PEOPLE:,} members made for this run"), stars, readers)


def _streets() -> Iterator[tuple[int, int]]:
    for one in range(PEOPLE):
        for step in range(1, _NEIGHBOURS + 1):
            yield one, (one + step) % PEOPLE
