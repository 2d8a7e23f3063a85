"""The second pass of the ranking: the best of a stored list, looked at together and brought into the order shown.

The first pass scores each post by itself, for the thousand posts of a feed. The second one looks at a hundred of them
when a member begins to read, and its order goes along in the page token.
"""

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from svc_feed.domain.feed import Entry
from svc_feed.domain.scoring import Term

FULL = 100
"""Entries of the second pass: nobody can tell the difference further down, and a page token has room for them."""

APART = 10
"""Of so many entries in a row no more than AT_MOST are by one author, where there are others."""

AT_MOST = 2
"""The last two places of an author are what `spread` remembers."""

_AUTHOR_BYTES = 16
_NEVER = (-APART, -APART)
_SHORT = slice(-4, None)  # of the bytes of a post's id that are random: 1,000 in a feed collide once in 8,000 feeds


_NOTHING: Mapping[bytes, Sequence[Term]] = {}
_UNSEEN = frozenset[bytes]()


class Chosen(NamedTuple):
    """What the second pass looks at: the best that the reader has not seen, and what is shown once more behind them."""

    best: Sequence[Entry]
    again: Sequence[Entry] = ()


class Plan(NamedTuple):
    """A list as it is given to who begins to read: what the second pass put in order, then `rest`, behind `floor`.

    Of what is in order some may rank behind that as well, and is not among the rest then.
    """

    first: list[Entry]
    floor: Entry | None
    rest: list[Entry]


def chosen(entries: Sequence[Entry], seen: Collection[bytes] = _UNSEEN, *, ended: bool = True) -> Chosen:
    """What to put in order of a list, best first, that is a whole one when it has `ended`.

    What was seen is left out as long as there is something else; only a whole list shows it again.
    """
    if not seen:
        return Chosen(entries[:FULL])
    best = [entry for entry in entries if entry.member not in seen][:FULL]
    again = [entry for entry in entries if entry.member in seen][: FULL - len(best)] if ended else []
    return Chosen(best, again)


def planned(entries: Sequence[Entry], picked: Chosen, terms: Mapping[bytes, Sequence[Term]] = _NOTHING) -> Plan:
    """The second pass over a list, best first; `terms` are what it takes from entries for that reader."""
    best, again = picked
    first = _in_order(best, terms) + _in_order(again, terms)
    if not first:
        return Plan([], entries[-1] if entries else None, [])
    floor = (again or best)[-1] if again or len(best) == FULL else entries[-1]
    taken = {entry.member for entry in first}
    return Plan(first, floor, [entry for entry in entries if entry < floor and entry.member not in taken])


def _in_order(best: Sequence[Entry], terms: Mapping[bytes, Sequence[Term]]) -> list[Entry]:
    return [*_spread(tuple(_lowered(best, terms)))]


@lru_cache(maxsize=1_024)  # who reads again reads the same entries, which are found by their identity
def _spread(entries: tuple[Entry, ...]) -> list[Entry]:
    return spread(entries)


def _lowered(entries: Sequence[Entry], terms: Mapping[bytes, Sequence[Term]]) -> Sequence[Entry]:
    if not terms:
        return entries
    lost = {member: sum(term.contribution for term in taken) for member, taken in terms.items()}
    return sorted(entries, key=lambda one: (one.score + lost.get(one.member, 0.0), one.member), reverse=True)


def spread(entries: Sequence[Entry]) -> list[Entry]:
    """The entries, best first, in an order in which no author is read too often in a row.

    It is made for most first pages, so it looks at most entries once, and at those that wait only when one of them may
    come.
    """
    placed, places = list[Entry](), dict[bytes, tuple[int, int]]()  # of the last two of each author
    waiting: dict[bytes, deque[Entry]] = {}
    due = 0  # the first place where one of those who wait may come
    for entry in entries:
        while waiting and due <= len(placed):
            _place(_best(waiting, places, len(placed)), placed, places)
            due = _due(waiting, places)
        author = entry.member[:_AUTHOR_BYTES]
        free_at = places.get(author, _NEVER)[0] + APART
        if free_at <= len(placed):  # so none of this author waits: they would have come before
            _place(entry, placed, places)
        else:
            due = min(due, free_at) if waiting else free_at
            waiting.setdefault(author, deque()).append(entry)
    while waiting:
        _place(_best(waiting, places, len(placed)), placed, places)
    return placed


def _place(entry: Entry, placed: list[Entry], places: dict[bytes, tuple[int, int]]) -> None:
    author = entry.member[:_AUTHOR_BYTES]
    places[author] = places.get(author, _NEVER)[1], len(placed)
    placed.append(entry)


def _due(waiting: dict[bytes, deque[Entry]], places: dict[bytes, tuple[int, int]]) -> int:
    return min([places[author][0] for author in waiting], default=0) + APART


def _best(waiting: dict[bytes, deque[Entry]], places: dict[bytes, tuple[int, int]], place: int) -> Entry:
    """Take the best of those who had to wait and may come at this place; of all of them where none may."""
    free = [author for author in waiting if places[author][0] + APART <= place] or list(waiting)
    author = max(free, key=lambda one: waiting[one][0]) if len(free) > 1 else free[0]
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


def shorts(packed: bytes) -> list[bytes]:
    """What stands for the posts of a packed order."""
    return [packed[at : at + 4] for at in range(0, len(packed), 4)]


def unpack(order: bytes, entries: Sequence[Entry]) -> list[Entry]:
    """Those of the entries that an order names, in its order; what is gone is passed over."""
    known: dict[bytes, Entry] = {}
    for entry in entries:
        known.setdefault(short(entry.member), entry)
    return [known[name] for name in shorts(order) if name in known]
