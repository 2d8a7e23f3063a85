"""The weights that are kept find hidden connections better than counting shared ones does."""

import math
from random import Random
from uuid import UUID

from guildctl.seed.worlds import invent
from svc_profile.domain.graph.candidates import Likeness
from svc_profile.domain.ids import UserId
from svc_profile.domain.suggestions import FEATURES, Candidate, current_weights
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


def test_a_contact_comes_between_one_shared_connection_and_several() -> None:
    """Of members with fifty connections each; who is no contact scores as if there were none."""

    def score(shared: int, *, contact: bool = False) -> float:
        likeness = (
            Likeness(1, shared, shared / math.log(50), shared / 50, shared / 50, 50)
            if shared
            else Likeness(1, degree=50)
        )
        found = Candidate.of(UserId(UUID(int=1)), likeness, None)
        return (found.in_contacts() if contact else found).score

    assert score(1) < score(0, contact=True) < score(8)
    assert score(8) < score(1, contact=True)
