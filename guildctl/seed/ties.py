"""Friendships that come about over the years.

What people have in common brings most of them together: a year at a school, a company, an interest, a city (as in the
generator of the LDBC social network benchmark: Erling et al., "The LDBC Social Network Benchmark: Interactive
Workload", 2015). More than half of all friends are met through friends, which closes triangles and lets those who
have many friends find more (Holme and Kim, "Growing scale-free networks with tunable clustering", 2002). How eager
people are to meet others is log-normal, which gives the heavy tail that Facebook's degrees have (Ugander et al., "The
Anatomy of the Facebook Social Graph", 2011).
"""

from collections.abc import Iterable, Sequence
from random import Random

from guildctl.seed.graph import ANSWERED_WITHIN, Edge, Graph
from guildctl.seed.population import HORIZON, Person, chance, similarity

MEAN_FRIENDS = 40
"""What people have on the average; a sixth of everybody where that is fewer."""
_CLOSURE = 0.6  # share of friends who are met through a friend
_EAGERNESS = 1.0  # sigma of the log-normal
_TENURE = 0.35  # how much those who came early are ahead: friends grow with tenure ** 0.35
_BEGINNING = 1.6  # how much of what people look for they look for soon after joining
_SCHOOL, _FIRM, _INTEREST, _CITY = 0.3, 0.6, 0.85, 0.95  # where friends are met, cumulated; the rest anywhere
_CLASS_YEARS = 4
_TEAM = 25  # classmates, or colleagues, who know each other
_CHAPTER = 150  # those who share an interest in one city, and meet
_TRIES = 5
_LATEST = HORIZON - ANSWERED_WITHIN

Circle = list[int]


def befriend(people: Sequence[Person], seed: int) -> Graph:
    """The friendships of people who are numbered in the order of their joining; both have joined when one begins."""
    draw = chance(seed, "ties")
    meetings = _Meetings(people, draw)
    wanted = round(len(people) * min(MEAN_FRIENDS, len(people) / 6) / 2)
    for moment in _moments(people, wanted, draw):
        at, person = divmod(moment, len(people))
        meetings.meet(person, at)
    lonely = [person.number for person in people if not meetings.graph.friends(person.number)]
    missing = max(0, wanted - len(meetings.graph) - len(lonely))  # what early members looked for in vain
    for person in (*lonely, *draw.choices(range(len(people)), k=missing)):
        meetings.meet(person, _LATEST)
    return meetings.graph


def _moments(people: Sequence[Person], wanted: int, draw: Random) -> list[int]:
    """When somebody looks for a friend, in order, each as `at * people + person`."""
    eagerness = [
        draw.lognormvariate(0.0, _EAGERNESS) * (1 - person.joined / HORIZON + 0.02) ** _TENURE for person in people
    ]
    scale = wanted / sum(eagerness)
    found: list[int] = []
    for person, eager in zip(people, eagerness, strict=True):
        expected = min(eager * scale, len(people) / 3)
        left = _LATEST - person.joined
        count = int(expected) + (draw.random() < expected % 1)
        moments = (person.joined + int(left * draw.random() ** _BEGINNING) for _ in range(count))
        found += (at * len(people) + person.number for at in moments)
    found.sort()
    return found


class _Meetings:
    """Where people meet; whoever has not joined yet is nowhere."""

    def __init__(self, people: Sequence[Person], draw: Random) -> None:
        self.graph = Graph(len(people))
        self._people = people
        self._draw = draw
        self._joined = 0
        self._circles: dict[object, Circle] = {}
        self._of: list[tuple[Circle, Circle, tuple[Circle, ...], Circle]] = []

    def meet(self, person: int, at: int) -> None:
        """Make `person` a friend, if they find one."""
        while self._joined < len(self._people) and self._people[self._joined].joined <= at:
            self._join(self._people[self._joined])
        for _ in range(_TRIES):
            if self.graph.add(person, self._somebody(person), at):
                return

    def _somebody(self, person: int) -> int:
        """Of two who come along, the one who is closer."""
        random = self._draw.random
        friends = self.graph.friends(person)
        if friends and random() < _CLOSURE:
            candidates = self.graph.friends(friends[int(random() * len(friends))])
        else:
            candidates = self._circle(person, random())
        if not candidates:
            return int(random() * self._joined)
        one, other = candidates[int(random() * len(candidates))], candidates[int(random() * len(candidates))]
        return one if self._closeness(person, one) >= self._closeness(person, other) else other

    def _closeness(self, person: int, other: int) -> float:
        one, two = self._people[person], self._people[other]
        shared = (one.firm == two.firm) + (one.school == two.school) + (one.location == two.location)
        return shared + similarity(one.tastes, two.tastes)

    def _circle(self, person: int, where: float) -> Circle:
        school, firm, interests, city = self._of[person]
        if where < _SCHOOL:
            return school
        if where < _FIRM:
            return firm
        if where < _INTEREST:
            return interests[int(self._draw.random() * len(interests))]
        return city if where < _CITY else []

    def _join(self, person: Person) -> None:
        school = self._enter(person, (person.school, person.graduated // _CLASS_YEARS), _TEAM)
        firm = self._enter(person, person.firm, _TEAM)
        interests = tuple(self._enter(person, (person.location, topic), _CHAPTER) for topic in person.interests)
        self._of.append((school, firm, interests, self._enter(person, person.location, len(self._people))))
        self._joined += 1

    def _enter(self, person: Person, name: object, at_most: int) -> Circle:
        """Enter a circle; one that is full is followed by another of the same name."""
        members = self._circles.get(name)
        if members is None or len(members) >= at_most:
            members = self._circles[name] = []
        members.append(person.number)
        return members


def dated(pairs: Iterable[Edge], people: Sequence[Person], seed: int) -> Graph:
    """The graph of friendships that are given, each begun at a moment when both had joined."""
    draw = chance(seed, "ties")
    begun: list[tuple[int, Edge]] = []
    for one, other in pairs:
        joined = max(people[one].joined, people[other].joined)
        begun.append((joined + int((_LATEST - joined) * draw.random() ** _BEGINNING), (one, other)))
    graph = Graph(len(people))
    for at, (one, other) in sorted(begun):
        graph.add(one, other, at)
    return graph
