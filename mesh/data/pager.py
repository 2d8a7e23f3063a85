"""Pages of lists: as many items as asked for, as few bytes as a reply may have, and a token for the rest."""

from bisect import bisect_right
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, final
from uuid import UUID

from asyncpg import Record

from mesh.data.keyset import Listing, Place
from mesh.data.paging import PageTokens, page_size

T = TypeVar("T")
Id = TypeVar("Id", bound=UUID)

PAGE_BYTES = 2 * 1024 * 1024
"""A page ends before it weighs more: a reply may have 4 MiB, and what is beside the rows needs room too."""
_FRUITLESS_PAGES = 5  # how many pages' worth of rows one call reads in search of items that may be shown
_ROUNDS = 10  # how often a list that never rests is read again from its front
_SMALL = 16  # bytes of a number, a time, an id


@final
@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list; `total` counts them all where the list was asked to be counted."""

    items: list[T]
    next_page_token: str
    total: int = 0


@final
class Pager:
    """Gives pages of lists.

    A page that filtering made short is filled from what follows, so it is empty before the end of the list only when
    the rows of five pages gave nothing.
    """

    def __init__(self, tokens: PageTokens) -> None:
        self._tokens = tokens

    async def page(
        self,
        token: str,
        size: int,
        scope: str,
        listing: Listing[T],
        *,
        total: Callable[[], Awaitable[int]] | None = None,
        weigh: Callable[[T], int] | None = None,
        default: int = 20,
        maximum: int = 100,
    ) -> Page[T]:
        """Return the items behind `token`, `size` of them (`default` for 0, never more than `maximum`).

        `scope` is the list and whatever it depends on (whose it is, filters): a token is good for that alone. `total`
        is asked for the first page; tokens carry the answer on. `weigh` tells the bytes of an item where the row it
        came from does not. Raises PageTokenInvalid, and InvalidArgument for a size below 0.
        """
        size = page_size(size, default, maximum)
        keyset, scope = listing.keyset, f"{scope}/{listing.keyset.name}"
        if token:
            cursor = self._tokens.decode(token, scope)
            place, top, floor = (known and keyset.restored(known) for known in cursor["places"])
            reading, count = _Reading(place, top, floor, cursor["round"]), cursor["total"]
        else:
            reading, count = _Reading(), await total() if total is not None else 0
        items, following = await _fill(listing, reading, size, weigh)
        if following is None:
            return Page(items, "", count)
        places = following.place, following.top, following.floor
        cursor = {"places": places, "round": following.round, "total": count}
        return Page(items, self._tokens.encode(cursor, scope), count)

    def cut(
        self, token: str, size: int, scope: str, ids: Sequence[Id], *, default: int = 20, maximum: int = 100
    ) -> tuple[Sequence[Id], str]:
        """Return those behind `token` of a list in memory that is in the order of its ids, and the token of the rest.

        Raises PageTokenInvalid, and InvalidArgument for a size below 0.
        """
        size = page_size(size, default, maximum)
        start = bisect_right(ids, UUID(self._tokens.decode(token, scope)["after"])) if token else 0
        some = ids[start : start + size]
        ended = start + size >= len(ids)
        return some, "" if ended else self._tokens.encode({"after": some[-1]}, scope)

    async def batches(self, cursor: str, size: int, scope: str, listing: Listing[T]) -> AsyncIterator[Page[T]]:
        """Give all items behind a cursor, `size` at a time, each batch with the cursor after it; empty at the end.

        What streams of a whole list send. Raises PageTokenInvalid.
        """
        while True:
            page = await self.page(cursor, size, scope, listing, default=size, maximum=size)
            yield page
            cursor = page.next_page_token
            if not cursor:
                return


@dataclass(frozen=True, slots=True)
class _Reading:
    """How far somebody has read: behind `place`, in a list that began at `top`, down to `floor`.

    A list whose rows rise is read again from its front down to where it began, until nothing has risen meanwhile.
    """

    place: Place | None = None
    top: Place | None = None
    floor: Place | None = None
    round: int = 0


async def _fill(
    listing: Listing[T], reading: _Reading, size: int, weigh: Callable[[T], int] | None
) -> tuple[list[T], _Reading | None]:
    """Read items until there are `size`, or bytes or rows enough; and where the list goes on, None at its end."""
    place_of, chunk = listing.keyset.place, min(size, listing.keyset.chunk)
    items, weight, seen = list[T](), 0, 0
    while len(items) < size and seen < size * _FRUITLESS_PAGES:
        rows = await listing.read(reading.place, chunk + 1)
        if reading.floor is not None:
            rows = [row for row in rows if place_of(row) > reading.floor]
        if listing.keyset.rising and reading.top is None and rows:
            reading = replace(reading, top=place_of(rows[0]))
        for row, item in zip(rows, await listing.dress(rows[:chunk]), strict=False):
            if item is not None:
                weight += weigh(item) if weigh else _weight(row)
                if len(items) == size or (items and weight > PAGE_BYTES):
                    return items, reading
                items.append(item)
            reading = replace(reading, place=place_of(row))
        seen += chunk
        if len(rows) <= chunk:
            return items, await _risen(listing, reading)
    return items, reading


async def _risen(listing: Listing[Any], reading: _Reading) -> _Reading | None:
    """What is to be read once more after the end of a list whose rows rise, if any has."""
    if not listing.keyset.rising or reading.top is None or reading.round == _ROUNDS:
        return None
    front = await listing.read(None, 1)
    if not front or listing.keyset.place(front[0]) <= reading.top:
        return None
    return _Reading(floor=reading.top, round=reading.round + 1)


def _weight(row: Record) -> int:
    return sum(map(_bytes, row))


def _bytes(value: Any) -> int:
    if isinstance(value, str):
        return len(value) if value.isascii() else len(value.encode())
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, list):
        return sum(map(_bytes, value))
    if isinstance(value, dict):
        return sum(_bytes(key) + _bytes(held) for key, held in value.items())
    return _SMALL
