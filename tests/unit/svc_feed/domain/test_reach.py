"""What decides how an author's posts reach feeds."""

from datetime import UTC, datetime

import pytest

from svc_feed.domain.reach import Progress, Reach

NOW = datetime(2031, 5, 4, tzinfo=UTC)


def reach(posts: float, reads: float, *, followers: int = 2_000_000, warm: float = 0.1) -> Reach:
    return Reach(followers, warm, posts, reads, NOW)


@pytest.mark.parametrize(
    ("posts", "reads", "merged"),
    [
        (0.2, 5.0, False),  # somebody famous who says something once a week
        (40.0, 5.0, True),  # a paper
        (40.0, 200.0, False),  # whose every follower looks all day
    ],
)
@pytest.mark.parametrize("followers", [20_000, 2_000_000])
def test_what_costs_less_is_done(posts: float, reads: float, merged: bool, followers: int) -> None:
    """However many followers there are, wherever an author comes from."""
    found = reach(posts, reads, followers=followers)
    assert [merged, merged] == [found.is_merged(before=before) for before in (False, True)]


def test_nobody_goes_to_and_fro() -> None:
    """Between one and two times the costs all stays as it is."""
    nearly = next(
        found for number in range(1, 1_000) if (found := reach(number / 10, 5.0)).writing > 1.5 * found.merging
    )
    assert [False, True] == [nearly.is_merged(before=before) for before in (False, True)]


def test_nobody_is_written_for_cold_feeds_alone() -> None:
    """Where no feed is warm nothing is merged either, and looking for warm ones is all that would be done."""
    assert reach(1.0, 5.0, warm=0.0).is_merged(before=False)
    assert not reach(0.0, 5.0).is_merged(before=True)


def test_progress_adds_up() -> None:
    """From batch to batch."""
    assert Progress("b", 30, 3) == Progress().after("a", 10, 1).after("b", 20, 2)
