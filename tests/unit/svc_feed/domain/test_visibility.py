"""Which posts a verdict shows, as a table."""

import pytest

from svc_feed.domain.visibility import NOTHING, OWN, Verdict, Visibility

PUBLIC, CONNECTIONS, PRIVATE = Visibility


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (NOTHING, set()),
        (OWN, {PUBLIC, CONNECTIONS, PRIVATE}),
        (Verdict(may_see_public=True), {PUBLIC}),
        (Verdict(may_see_public=True, may_see_connections_posts=True, connected=True), {PUBLIC, CONNECTIONS}),
        (Verdict(connected=True), set()),
    ],
)
def test_a_verdict_shows(verdict: Verdict, expected: set[Visibility]) -> None:
    """What it says and nothing more: being connected alone shows no post."""
    assert expected == set(verdict.shown)


@pytest.mark.parametrize("visibility", Visibility)
def test_a_mute_keeps_out_of_the_feed_alone(visibility: Visibility) -> None:
    """What a verdict shows it still shows elsewhere, and without a mute in the feed too."""
    verdict = Verdict(may_see_public=True, may_see_connections_posts=True, connected=True)
    muted = verdict._replace(muted=True)
    assert (verdict.shows(visibility), False) == (muted.shows(visibility), muted.feeds(visibility))
    assert verdict.shows(visibility) == verdict.feeds(visibility)
