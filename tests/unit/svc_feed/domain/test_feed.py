"""Ranked lists, their windows, when to build them anew."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from mesh.ids import timestamp_of, uuid7
from svc_feed.domain.feed import Entry, Feed, Window, is_due
from svc_feed.domain.ids import PostId, UserId, first_id_at

moments = st.floats(1e9, 7e9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
entries = st.builds(Entry, st.integers(0, 5).map(float), st.binary(min_size=32, max_size=32))


def feed_of(found: set[Entry], took: float = 0.0) -> Feed:
    return Feed("b" * 32, 1_000.0, took, tuple(sorted(found, reverse=True)))


@given(st.uuids(), moments, st.floats(allow_nan=False))
def test_an_entry_packs_its_ids(author: UUID, published: datetime, score: float) -> None:
    """Author and post come back, and the post's time to the millisecond."""
    post = uuid7(published)
    entry = Entry.of(UserId(author), PostId(post), score)
    assert (32, author, post) == (len(entry.member), entry.author_id, entry.post_id)
    assert timestamp_of(post).timestamp() == entry.published_at


@given(moments, st.timedeltas(timedelta(milliseconds=1), timedelta(days=1)))
def test_ids_of_a_time_are_above_its_bound(at: datetime, earlier: timedelta) -> None:
    """An id made at that time or later, and no earlier one."""
    bound = first_id_at(at)
    assert uuid7(at - earlier) < bound <= uuid7(at)


@given(st.sets(entries, max_size=30), st.integers(1, 7))
def test_pages_behind_an_entry_give_each_entry_once(found: set[Entry], size: int) -> None:
    """Whatever the ties."""
    feed = feed_of(found)
    seen: list[Entry] = []
    window = Window(size)
    while page := feed.part(window):
        seen += page
        window = Window(size, after=page[-1], build=feed.build)
    assert list(feed.entries) == seen


@given(st.sets(entries, max_size=30), st.integers(0, 40), st.integers(1, 7))
def test_an_offset_skips(found: set[Entry], offset: int, size: int) -> None:
    """As many entries as it says."""
    feed = feed_of(found)
    assert list(feed.entries)[offset : offset + size] == list(feed.part(Window(size, offset)))


@given(st.floats(0, 5_000), st.floats(0, 0.999_999), st.floats(0, 10))
def test_a_feed_is_due_at_its_end_at_the_latest(now: float, chance: float, took: float) -> None:
    """And never earlier than chance times the build's length allows."""
    due = is_due(feed_of(set(), took), now=now, ttl=600.0, chance=chance)
    assert due or now < 1_600.0
    if took == 0.0:
        assert due == (now >= 1_600.0)
