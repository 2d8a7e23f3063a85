"""Who asks whom: a direction for every friendship, so that nobody has to ask for many."""

from collections import deque

from guildctl.seed.graph import Edge, Graph

MOST_REQUESTS = 40
"""Requests of one person: their bucket holds 50 and fills slowly, and a run that was interrupted repeats a few."""

Asks = list[dict[int, None]]


def orient(graph: Graph) -> list[Edge]:
    """Return each friendship as (who asks, who is asked), in the order of time, with nobody asking for many.

    Where people are so closely knit that MOST_REQUESTS each are too few it is a multiple of that: some wait for their
    bucket then.
    """
    at_most = MOST_REQUESTS
    while (asks := oriented(graph, at_most)) is None:
        at_most *= 2
    return [(one, other) if other in asks[one] else (other, one) for one, other in graph.edges]


def oriented(graph: Graph, at_most: int) -> Asks | None:
    """Whom everybody asks, `at_most` others each; None when some people are too closely knit for the bound.

    Begins greedily, then turns around whole paths from a person with too many requests to one who can take one more.
    When there is no such path, no orientation does better (Venkateswaran, "Minimizing maximum indegree", 2004).
    """
    asks: Asks = [{} for _ in range(graph.people)]
    for one, other in graph.edges:
        asker, asked = (one, other) if len(asks[one]) <= len(asks[other]) else (other, one)
        asks[asker][asked] = None
    for person, asked_by_person in enumerate(asks):
        while len(asked_by_person) > at_most:
            path = _relief(asks, person, at_most)
            if path is None:
                return None
            for asker, asked in path:
                del asks[asker][asked]
                asks[asked][asker] = None
    return asks


def _relief(asks: Asks, start: int, at_most: int) -> list[Edge] | None:
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
