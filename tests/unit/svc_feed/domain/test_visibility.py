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
