"""What is remembered of what was seen: how exactly, and for how long whom a member passed over counts."""

import math

from mesh.ids import uuid7
from svc_feed.domain.feed import Entry
from svc_feed.domain.history import (
    BITS,
    HALF_LIFE,
    HASHES,
    MOST_SEEN,
    MOST_TIRED,
    NO_HISTORY,
    PATIENCE,
    History,
    Passed,
    history_of,
    places,
)
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Kind

AUTHOR = UserId(uuid7())


def an_entry() -> Entry:
    return Entry.of(AUTHOR, PostId(uuid7()), 0.0)


def after(*seen: tuple[Entry, int]) -> History:
    """What a filter says into which these went, as a server keeps it."""
    bits = bytearray(BITS // 8)
    for entry, stage in seen:
        for place in places(entry.member, stage):
            bits[place >> 3] |= 0x80 >> (place & 7)
    return history_of(bytes(bits).rstrip(b"\0"), {}, {})


def test_a_post_that_grew_by_two_stages_is_news() -> None:
    """One stage more is none: it may have been about to grow."""
    entry = an_entry()
    history = after((entry, 1))
    assert [False, True, True, False] == [history.has_seen(entry, stage) for stage in range(4)]


def test_few_posts_are_taken_for_seen() -> None:
    """With as many as a filter holds at most no more than the formula says, and some more for chance."""
    history = after(*((an_entry(), 0) for _ in range(2 * MOST_SEEN)))
    expected = (1 - math.exp(-HASHES * 2 * MOST_SEEN / BITS)) ** HASHES
    assert round(100 * expected, 2) == 0.22
    tried = 20_000
    mistaken = sum(history.has_seen(an_entry(), 0) for _ in range(tried))
    assert mistaken < tried * expected + 6 * math.sqrt(tried * expected)


def test_tiredness_is_bounded_and_fades() -> None:
    """It begins behind a few posts, ends at a most, and is half of it after a week."""
    counts = {0.0: 0.0, PATIENCE: 0.0, PATIENCE + 2.0: 2.0, 10_000.0: MOST_TIRED}
    assert counts == {
        times: History(authors={AUTHOR: Passed(times, 0.0)}).tired_of_author(AUTHOR, 0.0) for times in counts
    }
    passed = History(authors={AUTHOR: Passed(4.0 * PATIENCE, 0.0)})
    assert [PATIENCE, 0.0] == [passed.tired_of_author(AUTHOR, weeks * HALF_LIFE) for weeks in (1, 2)]
    assert 0.0 == NO_HISTORY.tired_of_author(AUTHOR, 0.0)


def test_nobody_tires_of_all_kinds() -> None:
    """Who passes over everything is not helped by another order."""
    tired, fresh = Passed(10.0 * PATIENCE + 1, 0.0), Passed(1.0, 0.0)
    assert {Kind.ARTICLE: 1.0} == History(kinds={Kind.ARTICLE: tired, Kind.POST: fresh}).tired_kinds(0.0)
    assert {} == History(kinds=dict.fromkeys(Kind, tired)).tired_kinds(0.0)
