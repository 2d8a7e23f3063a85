"""The weights that are kept find hidden connections better than counting shared ones does."""

from random import Random

from guildctl.seed.worlds import invent
from svc_profile.domain.suggestions import FEATURES, current_weights
from tools.train_suggestions import Past, judge, split


def test_kept_weights_beat_common_neighbours_on_a_network_they_never_saw() -> None:
    """A tenth of its connections is hidden: a fifth more of them, at least, are among the first twenty."""
    world = invent(600, 7)
    known, hidden = split(list(world.graph.edges), Random(7))
    past, weights = Past.of(world, known, careers=True), current_weights()
    (hits, rank), (counted_hits, counted_rank) = judge(past, hidden, weights), judge(past, hidden, None)
    assert hits > 1.2 * counted_hits
    assert rank > counted_rank
    assert set(FEATURES) == set(weights.weights)
