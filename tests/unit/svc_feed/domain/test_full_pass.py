"""The second pass of the ranking."""

from hypothesis import given
from hypothesis import strategies as st

from svc_feed.domain.feed import Entry
from svc_feed.domain.full_pass import APART, AT_MOST, pack, spread, unpack

AUTHORS = [bytes([author]) * 16 for author in range(8)]


def ranked(authors: list[int]) -> list[Entry]:
    """Entries by these authors, the best first."""
    return [
        Entry(float(-place), AUTHORS[author] + bytes(12) + place.to_bytes(4)) for place, author in enumerate(authors)
    ]


def author_of(entry: Entry) -> bytes:
    return entry.member[:16]


@given(st.lists(st.integers(0, 7), max_size=100))
def test_no_author_is_read_too_often_in_a_row(authors: list[int]) -> None:
    """Nothing is lost, an author keeps their order, and who comes a third time within ten had nobody else behind."""
    entries = ranked(authors)
    placed = spread(entries)
    assert sorted(entries) == sorted(placed)
    for author in AUTHORS:
        own = [entry for entry in placed if author_of(entry) == author]
        assert own == sorted(own, reverse=True)
    for place, entry in enumerate(placed):
        before = [author_of(one) for one in placed[max(0, place - APART + 1) : place]]
        if before.count(author_of(entry)) >= AT_MOST:
            assert all(before.count(author_of(one)) >= AT_MOST for one in placed[place:])


@given(st.lists(st.integers(0, 7), max_size=100))
def test_the_best_comes_first_wherever_it_may(authors: list[int]) -> None:
    """Each place has the best of those left whose author was not read too often just before."""
    left = ranked(authors)
    for place, entry in enumerate(placed := spread(left)):
        before = [author_of(one) for one in placed[max(0, place - APART + 1) : place]]
        free = [one for one in left if before.count(author_of(one)) < AT_MOST]
        assert entry == max(free or left)
        left.remove(entry)


def test_the_only_author_is_read_in_order() -> None:
    """Nobody else is there, so nothing moves."""
    entries = ranked([3] * 30)
    assert entries == spread(entries)


@given(st.permutations(ranked([*range(8)] * 3)), st.sets(st.integers(0, 23)))
def test_an_order_comes_back(order: list[Entry], gone: set[int]) -> None:
    """Without what is gone."""
    there = [entry for place, entry in enumerate(order) if place not in gone]
    assert there == unpack(pack(order), sorted(there))
