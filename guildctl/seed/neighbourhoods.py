"""Which people of a given graph belong together: what homes are given by, so that friends live in one city."""

from collections import Counter

from guildctl.seed.graph import Graph
from guildctl.seed.population import chance

_ROUNDS = 10


def neighbourhoods(graph: Graph, seed: int) -> list[int]:
    """Return a number for each person, 0 for the largest neighbourhood.

    Everybody goes on moving to where they raise the modularity most: the first phase of Blondel et al., "Fast unfolding
    of communities in large networks", 2008.
    """
    labels = list(range(graph.people))
    degrees = [len(graph.friends(person)) for person in labels]
    ends = dict(enumerate(degrees))  # of friendships, by label
    order = list(labels)
    chance(seed, "neighbourhoods").shuffle(order)
    for _ in range(_ROUNDS):
        moved = False
        for person in order:
            here, share = labels[person], degrees[person] / (2 * len(graph))
            ends[here] -= degrees[person]
            friends = Counter(labels[friend] for friend in graph.friends(person))
            gains = {label: count - share * ends[label] for label, count in friends.items()}
            gains.setdefault(here, -share * ends[here])
            best = max(gains, key=lambda label: (gains[label], label == here, -label))
            ends[best] += degrees[person]
            labels[person] = best
            moved = moved or best != here
        if not moved:
            break
    ranked = {label: rank for rank, (label, _) in enumerate(Counter(labels).most_common())}
    return [ranked[label] for label in labels]
