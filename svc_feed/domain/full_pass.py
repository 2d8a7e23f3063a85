"""The second pass of the ranking: the best of a stored list, looked at together and brought into the order shown.

The first pass scores each post by itself, for the thousand posts of a feed. The second one looks at a hundred of them
when a member begins to read, and its order goes along in the page token.
"""

from collections import deque
from collections.abc import Sequence

from svc_feed.domain.feed import Entry

FULL = 100
"""Entries of the second pass: nobody can tell the difference further down, and a page token has room for them."""

APART = 10
"""Of so many entries in a row no more than AT_MOST are by one author, where there are others."""

AT_MOST = 2
"""The last two places of an author are what `spread` remembers."""

_AUTHOR_BYTES = 16
_SHORT = slice(-4, None)  # of the bytes of a post's id that are random: 1,000 in a feed collide once in 8,000 feeds


def spread(entries: Sequence[Entry]) -> list[Entry]:
    """The entries, best first, in an order in which no author is read too often in a row.

    It is made for each first page, so it looks at most entries once.
    """
    placed, places = list[Entry](), dict[bytes, tuple[int, int]]()  # of the last two of each author
    waiting: dict[bytes, deque[Entry]] = {}
    soonest = 0  # no earlier place is free for any of those who wait
    for entry in entries:
        while waiting and len(placed) >= soonest and (found := _next(waiting, places, len(placed))):
            _put(found, placed, places)
        author = entry.member[:_AUTHOR_BYTES]
        free_at = places[author][0] + APART if author in places else 0
        if free_at <= len(placed):
            _put(entry, placed, places)
        else:
            soonest = min(soonest, free_at) if waiting else free_at
            waiting.setdefault(author, deque()).append(entry)
    while waiting:
        _put(_next(waiting, places, len(placed)) or _take(waiting, [*waiting]), placed, places)
    return placed


def _put(entry: Entry, placed: list[Entry], places: dict[bytes, tuple[int, int]]) -> None:
    author = entry.member[:_AUTHOR_BYTES]
    places[author] = (places[author][1] if author in places else -APART, len(placed))
    placed.append(entry)


def _next(waiting: dict[bytes, deque[Entry]], places: dict[bytes, tuple[int, int]], place: int) -> Entry | None:
    """The best of those who had to wait and may come at this place."""
    free = [author for author in waiting if places[author][0] + APART <= place]
    return _take(waiting, free) if free else None


def _take(waiting: dict[bytes, deque[Entry]], authors: list[bytes]) -> Entry:
    author = max(authors, key=lambda one: waiting[one][0])
    entry = waiting[author].popleft()
    if not waiting[author]:
        del waiting[author]
    return entry


def short(member: bytes) -> bytes:
    """Four bytes that stand for a post within one feed."""
    return member[_SHORT]


def pack(entries: Sequence[Entry]) -> bytes:
    """An order, as small as a page token needs it."""
    return b"".join(short(entry.member) for entry in entries)


def unpack(order: bytes, entries: Sequence[Entry]) -> list[Entry]:
    """Those of the entries that an order names, in its order; what is gone is passed over."""
    known: dict[bytes, Entry] = {}
    for entry in entries:
        known.setdefault(short(entry.member), entry)
    names = (order[at : at + 4] for at in range(0, len(order), 4))
    return [known[name] for name in names if name in known]
