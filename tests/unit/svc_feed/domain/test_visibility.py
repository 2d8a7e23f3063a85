"""Which posts a verdict shows, as a table."""

import pytest

from mesh.ids import uuid7
from svc_feed.domain.ids import ListId
from svc_feed.domain.visibility import NOTHING, OWN, Verdict, Visibility

PUBLIC, CONNECTIONS, PRIVATE, SECOND_DEGREE, LIST = Visibility
MINE, OTHERS = ListId(uuid7()), ListId(uuid7())


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (NOTHING, set()),
        (OWN, {*Visibility}),
        (Verdict(may_see_public=True), {PUBLIC}),
        (Verdict(may_see_public=True, may_see_connections_posts=True, connected=True), {PUBLIC, CONNECTIONS}),
        (Verdict(may_see_public=True, may_see_second_degree_posts=True), {PUBLIC, SECOND_DEGREE}),
        (Verdict(connected=True), set()),
        (Verdict(connected=True, lists=(MINE,)), set()),
    ],
)
def test_a_verdict_shows(verdict: Verdict, expected: set[Visibility]) -> None:
    """What it says and nothing more: being connected alone shows no post."""
    assert expected == set(verdict.shown.visibilities)


@pytest.mark.parametrize(("list_id", "expected"), [(MINE, True), (OTHERS, False), (None, False)])
def test_what_is_for_a_list_is_for_its_members(list_id: ListId | None, expected: bool) -> None:
    """By one post as by all of them; of who may not be heard, for nobody."""
    verdict = Verdict(may_see_public=True, may_see_connections_posts=True, connected=True, lists=(MINE,))
    silenced = verdict._replace(may_see_public=False)
    assert (expected, expected) == (verdict.shows(LIST, list_id), verdict.shown.has(LIST, list_id))
    assert (False, False) == (silenced.shows(LIST, list_id), silenced.shown.has(LIST, list_id))


@pytest.mark.parametrize("visibility", Visibility)
def test_a_mute_keeps_out_of_the_feed_alone(visibility: Visibility) -> None:
    """What a verdict shows it still shows elsewhere, and without a mute in the feed too."""
    verdict = Verdict(may_see_public=True, may_see_connections_posts=True, connected=True)
    muted = verdict._replace(muted=True)
    assert (verdict.shows(visibility), False) == (muted.shows(visibility), muted.feeds(visibility))
    assert verdict.shows(visibility) == verdict.feeds(visibility)
