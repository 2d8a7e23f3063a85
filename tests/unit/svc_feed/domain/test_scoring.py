"""The scoring function."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_feed.domain.scoring import AFFINITY_FULL, AFFINITY_SECONDS, ENGAGEMENT_SECONDS, Signals, score, terms

signals = st.builds(
    Signals,
    published_at=st.floats(0, 4e9),
    likes=st.integers(0, 10**7),
    comments=st.integers(0, 10**6),
    shares=st.integers(0, 10**6),
    affinity=st.integers(0, 1000),
)


def test_a_new_post_scores_its_time() -> None:
    """Nothing else speaks for it yet."""
    assert score(Signals(1_767_268_800.25)) == 1_767_268_800.25


@pytest.mark.parametrize(
    ("boosted", "seconds"),
    [
        (Signals(0.0, likes=1), ENGAGEMENT_SECONDS),
        (Signals(0.0, likes=3), 2 * ENGAGEMENT_SECONDS),
        (Signals(0.0, likes=2, comments=1, shares=1), 3 * ENGAGEMENT_SECONDS),
        (Signals(0.0, affinity=AFFINITY_FULL // 2), AFFINITY_SECONDS / 2),
        (Signals(0.0, affinity=AFFINITY_FULL * 5), AFFINITY_SECONDS),
    ],
)
def test_boosts_are_worth_time(boosted: Signals, seconds: float) -> None:
    """Each doubling of the answers an hour; affinity up to six hours."""
    assert seconds == score(boosted)


@given(signals)
def test_a_score_is_the_sum_of_its_terms(some: Signals) -> None:
    """What is explained is what is ranked."""
    assert sum(term.contribution for term in terms(some)) == score(some)


@given(signals, st.integers(0, 1000))
def test_more_answers_never_rank_lower(some: Signals, more: int) -> None:
    """Likes, comments, shares, affinity and freshness only lift."""
    for lifted in (
        Signals(some.published_at, some.likes + more, some.comments, some.shares, some.affinity),
        Signals(some.published_at, some.likes, some.comments + more, some.shares, some.affinity),
        Signals(some.published_at, some.likes, some.comments, some.shares + more, some.affinity),
        Signals(some.published_at, some.likes, some.comments, some.shares, some.affinity + more),
        Signals(some.published_at + more, some.likes, some.comments, some.shares, some.affinity),
    ):
        assert score(lifted) >= score(some)
