"""Invented people: where they live, studied, work, what they care about, when they joined."""

import hashlib
import operator
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from guildctl.seed.names import CITIES, FIRST, LAST, SCHOOL_KINDS, STEMS, SUFFIXES
from guildctl.seed.topics import TOPICS

HORIZON = 6 * 365 * 86_400
"""Seconds from the first member's joining to the present of a network; every moment in it is counted from there."""
_GROWTH = 0.6  # the n-th member joins at HORIZON * (n / all) ** 0.6: a network that grows faster and faster
_OPEN_FOR = 0.995  # the last members have been here for ten days

_TASTE = 0.08  # Dirichlet parameter of a topic: small, so that people care about one to three of them
_LEANING = 0.3  # what is added for a topic that a city is known for
_LEANINGS = 3
_INTEREST = 0.2  # share of somebody's taste that makes a topic an interest
_STAYED = 0.6  # share of people who studied where they live
_COMMUTE = 0.15  # share of people who work in another city
_TRIES = 4  # companies somebody looks at before taking the one that fits best

_PEOPLE_PER_FIRM = 25
_PEOPLE_PER_SCHOOL = 300
_YEARS = range(2004, 2024)


@dataclass(frozen=True, slots=True)
class Firm:
    """A company as its people know it."""

    number: int
    name: str
    topic: int
    city: str


@dataclass(frozen=True, slots=True)
class Person:
    """One member; `tastes` is the share of attention each of TOPICS gets, which no service is told."""

    number: int
    email: str
    name: str
    headline: str = ""
    location: str = ""
    joined: int = 0
    school: str = ""
    graduated: int = 0
    firm: int = 0
    interests: tuple[int, ...] = ()
    tastes: tuple[float, ...] = ()
    label: str = ""
    """What an edge list calls them."""

    @property
    def first_name(self) -> str:
        """How friends address them."""
        return self.name.split()[0]


@dataclass(frozen=True)
class Population:
    """People in the order of their joining, with the companies they work for."""

    people: Sequence[Person]
    firms: Sequence[Firm] = field(default=())


def chance(seed: int, purpose: object) -> Random:
    """A stream of chance for each purpose, so that more of one thing does not change the others."""
    return Random(f"{seed}/{purpose}")


def email(network: str, number: int) -> str:
    """The address somebody signs in with."""
    return f"person-{number + 1:04}@{network}.example"


def similarity(one: Sequence[float], other: Sequence[float]) -> float:
    """How much two people's tastes, or a taste with itself, agree: 0 for nothing in common."""
    return sum(map(operator.mul, one, other))


def populate(network: str, count: int, seed: int, homes: Sequence[int] = (), labels: Sequence[str] = ()) -> Population:
    """Make `count` people of a network; those with the same number in `homes` live in the same city."""
    draw = chance(seed, "people")
    cities = CITIES[: max(3, min(len(CITIES), round(count**0.5 / 2)))]
    leanings = [draw.sample(range(len(TOPICS)), _LEANINGS) for _ in cities]
    schools = [
        SCHOOL_KINDS[number // len(cities) % len(SCHOOL_KINDS)].format(city=cities[number % len(cities)])
        for number in range(min(len(SCHOOL_KINDS) * len(cities), 2 + count // _PEOPLE_PER_SCHOOL))
    ]
    market = _Market(_firms(_tag(network), 3 + count // _PEOPLE_PER_FIRM, cities, draw))
    sizes = _zipf(len(cities), 0.9)
    people: list[Person] = []
    for number in range(count):
        home = homes[number] % len(cities) if homes else draw.choices(range(len(cities)), cum_weights=sizes)[0]
        tastes = _tastes(leanings[home], draw)
        firm = market.employer(cities[home], tastes, draw)
        local = [school for school in schools if cities[home] in school] if draw.random() < _STAYED else schools
        ranked = sorted(range(len(TOPICS)), key=lambda topic: -tastes[topic])[:_LEANINGS]
        people.append(
            Person(
                number=number,
                email=email(network, number),
                name=f"{draw.choice(FIRST)} {draw.choice(LAST)}",
                headline=f"{draw.choice(TOPICS[firm.topic].titles)} at {firm.name}",
                location=cities[home],
                joined=int(HORIZON * _OPEN_FOR * (number / count) ** _GROWTH),
                school=draw.choice(local or schools),
                graduated=draw.choice(_YEARS),
                firm=firm.number,
                interests=tuple(topic for topic in ranked if tastes[topic] >= _INTEREST) or (ranked[0],),
                tastes=tastes,
                label=labels[number] if labels else "",
            )
        )
    return Population(people, market.firms)


def _tastes(leanings: Sequence[int], draw: Random) -> tuple[float, ...]:
    """A Dirichlet draw."""
    shares = [draw.gammavariate(_TASTE + _LEANING * (topic in leanings), 1.0) for topic in range(len(TOPICS))]
    total = sum(shares) or 1.0
    return tuple(round(share / total, 4) for share in shares)


def _tag(network: str) -> str:
    """Three letters in the names of a network's companies: no two companies of one system have the same name."""
    letters = hashlib.sha256(network.encode()).digest()
    return "".join(string.ascii_uppercase[byte % 26] for byte in letters[:3])


def _firms(tag: str, count: int, cities: Sequence[str], draw: Random) -> list[Firm]:
    """Companies with names of their own."""
    found: dict[str, Firm] = {}
    for number in range(count):
        topic = draw.randrange(len(TOPICS))
        suffix = draw.choice(SUFFIXES[TOPICS[topic].industry])
        name = f"{draw.choice(STEMS)} {suffix} {tag}"
        if name in found:
            name = f"{draw.choice(STEMS)} & {name}"
        while name in found:
            name = f"{draw.choice(STEMS)} {name}"
        found[name] = Firm(number, name, topic, cities[number % len(cities)])
    return list(found.values())


class _Market:
    """Who works where: large companies find more people, and people look for what they care about."""

    def __init__(self, firms: Sequence[Firm]) -> None:
        self.firms = firms
        self._in: dict[str, list[Firm]] = {}
        for firm in firms:
            self._in.setdefault(firm.city, []).append(firm)
        self._sizes = {city: _zipf(len(local), 0.6) for city, local in self._in.items()}
        self._all = _zipf(len(firms), 0.6)

    def employer(self, city: str, tastes: Sequence[float], draw: Random) -> Firm:
        """Of a few that are looking, the one that fits best."""
        firms, sizes = self.firms, self._all
        if city in self._in and draw.random() >= _COMMUTE:
            firms, sizes = self._in[city], self._sizes[city]
        return max(draw.choices(firms, cum_weights=sizes, k=_TRIES), key=lambda firm: tastes[firm.topic])


def _zipf(count: int, exponent: float) -> list[float]:
    """Cumulative weights that fall with the rank."""
    return list(accumulate((rank + 1) ** -exponent for rank in range(count)))
