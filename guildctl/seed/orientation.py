"""Who asks whom: a direction for every friendship, so that nobody has to ask for many."""

from collections import deque

from guildctl.seed.graph import Edge, Graph

MOST_REQUESTS = 40
"""Requests of one person: their bucket holds 50 and fills slowly, and a run that was interrupted repeats a few."""


def orient(graph: Graph, at_most: int = MOST_REQUESTS) -> list[Edge]:
    """Return each friendship as (who asks, who is asked), with nobody asking for more than `at_most`.

    Begins greedily, then turns around whole paths from a person with too many requests to one who can take one more.
    When there is no such path, no orientation does better (Venkateswaran, "Minimizing maximum indegree", 2004).

    Raises:
        ValueError: some people are too closely knit for the bound.
    """
    asks: dict[int, dict[int, None]] = {person: {} for person in sorted(graph.people)}
    for one, other in graph.edges:
        asker, asked = (one, other) if len(asks[one]) <= len(asks[other]) else (other, one)
        asks[asker][asked] = None
    for person, asked_by_person in asks.items():
        while len(asked_by_person) > at_most:
            path = _relief(asks, person, at_most)
            if path is None:
                raise ValueError(f"the friends of {person} cannot be asked with {at_most} requests a person")
            for asker, asked in path:
                del asks[asker][asked]
                asks[asked][asker] = None
    return [(asker, asked) for asker, all_asked in asks.items() for asked in all_asked]


def _relief(asks: dict[int, dict[int, None]], start: int, at_most: int) -> list[Edge] | None:
    """The shortest chain of requests from `start` to somebody with fewer than `at_most`."""
    came_from: dict[int, int] = {start: start}
    queue = deque([start])
    while queue:
        person = queue.popleft()
        for asked in asks[person]:
            if asked in came_from:
                continue
            came_from[asked] = person
            if len(asks[asked]) < at_most:
                return _path(came_from, asked)
            queue.append(asked)
    return None


def _path(came_from: dict[int, int], end: int) -> list[Edge]:
    path: list[Edge] = []
    while came_from[end] != end:
        path.append((came_from[end], end))
        end = came_from[end]
    return path
