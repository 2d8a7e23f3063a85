"""The configurations of the ranking."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_feed.config import Config
from svc_feed.domain.scoring import AFFINITY_FULL, DEFAULT, LINEAR, LOGARITHMIC, SCORINGS, Scoring, Signals

signals = st.builds(
    Signals,
    published_at=st.floats(0, 4e9),
    likes=st.integers(0, 10**7),
    comments=st.integers(0, 10**6),
    shares=st.integers(0, 10**6),
    affinity=st.integers(0, 1000),
)
scorings = st.sampled_from([*SCORINGS.values()])


@pytest.mark.parametrize("scoring", SCORINGS.values())
def test_a_new_post_scores_its_time(scoring: Scoring) -> None:
    """Nothing else speaks for it yet."""
    assert scoring.score(Signals(1_767_268_800.25)) == 1_767_268_800.25


@pytest.mark.parametrize(
    ("scoring", "boosted", "seconds"),
    [
        (LOGARITHMIC, Signals(0.0, likes=1), 3_600.0),
        (LOGARITHMIC, Signals(0.0, likes=3), 2 * 3_600.0),
        (LOGARITHMIC, Signals(0.0, likes=2, comments=1, shares=1), 3 * 3_600.0),
        (LOGARITHMIC, Signals(0.0, affinity=AFFINITY_FULL // 2), 3 * 3_600.0),
        (LOGARITHMIC, Signals(0.0, affinity=AFFINITY_FULL * 5), 6 * 3_600.0),
        (LINEAR, Signals(0.0, likes=3), 300.0),
        (LINEAR, Signals(0.0, likes=3, comments=2, shares=9), 700.0),
        (LINEAR, Signals(0.0, affinity=AFFINITY_FULL // 2), 5_000.0),
        (LINEAR, Signals(0.0, affinity=AFFINITY_FULL * 5), 10_000.0),
    ],
)
def test_boosts_are_worth_time(scoring: Scoring, boosted: Signals, seconds: float) -> None:
    """Each doubling of the answers an hour, or a like 100 and a comment 200 seconds; affinity up to its weight."""
    assert seconds == scoring.score(boosted)


@given(scorings, signals)
def test_a_score_is_the_sum_of_its_terms(scoring: Scoring, some: Signals) -> None:
    """What is explained is what is ranked."""
    assert sum(term.contribution for term in scoring.terms(some)) == scoring.score(some)


@given(scorings, signals, st.integers(0, 1000))
def test_more_answers_never_rank_lower(scoring: Scoring, some: Signals, more: int) -> None:
    """Likes, comments, shares, affinity and freshness only lift."""
    for lifted in (
        dataclasses.replace(some, **{name: getattr(some, name) + more}) for name in dataclasses.asdict(some)
    ):
        assert scoring.score(lifted) >= scoring.score(some)


def test_a_service_ranks_by_a_version_that_is_there() -> None:
    """The default is one; another name is refused at the start, not at the first read."""
    assert Config().scoring == DEFAULT.version
    assert [*SCORINGS] == [scoring.version for scoring in SCORINGS.values()]
    with pytest.raises(ValueError, match="no ranking of version '0'"):
        Config(scoring="0")
