"""Reactions that are changed together are what they would be one after another."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.reaction import Reacted, Reaction
from svc_feed.domain.tally import PostKey, Tally, Whose
from svc_feed.domain.visibility import Visibility

EARLIER = datetime(2026, 1, 1, tzinfo=UTC)
NOW = EARLIER + timedelta(hours=1)
POSTS = [PostKey(UserId(UUID(int=1)), PostId(UUID(int=number))) for number in (2, 3)]
WHOSE = [Whose(post, UserId(UUID(int=number))) for post in POSTS for number in (4, 5, 6)]
STORED = st.dictionaries(st.sampled_from(WHOSE), st.sampled_from(Reaction))
CHANGES = st.lists(st.tuples(st.sampled_from(WHOSE), st.none() | st.sampled_from(Reaction)))

Rows = dict[Whose, tuple[Reaction, datetime]]


def tally(stored: dict[Whose, Reaction]) -> Tally[Any, Any]:
    likes = {post: sum(whose.post == post for whose in stored) for post in POSTS}
    return Tally(dict.fromkeys(POSTS, (Visibility.PUBLIC, None)), likes, dict(stored))


def written(rows: Rows, tally: Tally[Any, Any]) -> Rows:
    """The rows after what a tally says is written: a row that is there keeps its time."""
    left = {whose: row for whose, row in rows.items() if whose not in tally.gone}
    for whose, (reaction, at) in tally.given.items():
        left[whose] = reaction, left[whose][1] if whose in left else at
    return left


def one_by_one(rows: Rows, whose: Whose, wanted: Reaction | None) -> Rows:
    if wanted is None:
        return {other: row for other, row in rows.items() if other != whose}
    return rows | {whose: (wanted, rows[whose][1] if whose in rows else NOW)}


@given(STORED, CHANGES)
def test_together_as_one_by_one(stored: dict[Whose, Reaction], changes: list[tuple[Whose, Reaction | None]]) -> None:
    """Rows, times, counts and answers are those of the same changes made alone."""
    counted = tally(stored)
    before: Rows = {whose: (reaction, EARLIER) for whose, reaction in stored.items()}
    rows = before
    for whose, wanted in changes:
        previous = rows[whose][0] if whose in rows else None
        rows = one_by_one(rows, whose, wanted)
        count = sum(other.post == whose.post for other in rows)

        assert (previous, Reacted(count, already=previous is not None)) == counted.change(whose, wanted, NOW)

    assert rows == written(before, counted)
    for post in POSTS:
        kinds = Counter(kind for whose, kind in stored.items() if whose.post == post)
        kinds.update(counted.more.get(post, {}))
        assert +kinds == Counter(kind for whose, (kind, _) in rows.items() if whose.post == post)


def test_the_same_again_writes_nothing() -> None:
    """Who has this reaction already changes neither row nor count."""
    counted = tally({WHOSE[0]: Reaction.LOVE})

    assert (Reaction.LOVE, Reacted(1, already=True)) == counted.change(WHOSE[0], Reaction.LOVE, NOW)
    assert (set(), {}, {}) == (counted.gone, counted.given, counted.more)
