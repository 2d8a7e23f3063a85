"""Pages of lists: as many items as asked for, as few bytes as a reply may have, and a token for the rest."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, final

from asyncpg import Record

from mesh.data.keyset import Listing
from mesh.data.paging import PageTokens, page_size

T = TypeVar("T")

PAGE_BYTES = 2 * 1024 * 1024
"""A page ends before it weighs more: a reply may have 4 MiB, and what is beside the rows needs room too."""
_FRUITLESS_PAGES = 5  # how many pages' worth of rows one call reads in search of items that may be shown
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
        scope = f"{scope}/{listing.keyset.name}"
        place, count = None, 0
        if token:
            cursor = self._tokens.decode(token, scope)
            place, count = listing.keyset.restored(cursor["place"]), cursor["total"]
        elif total is not None:
            count = await total()
        items, behind = await _fill(listing, place, size, weigh)
        following = "" if behind is None else self._tokens.encode({"place": behind, "total": count}, scope)
        return Page(items, following, count)


async def _fill(
    listing: Listing[T], place: Sequence[Any] | None, size: int, weigh: Callable[[T], int] | None
) -> tuple[list[T], Sequence[Any] | None]:
    """Read items until there are `size`, or bytes or rows enough; and where the list goes on, None at its end."""
    keyset, items, weight, seen = listing.keyset, list[T](), 0, 0
    while True:
        chunk = min(size, keyset.chunk)
        rows = await keyset.read(listing.querier, listing.parameters, place, chunk + 1)
        for row, item in zip(rows, await listing.dress(rows[:chunk]), strict=False):
            if item is not None:
                if len(items) == size:
                    return items, place
                weight += weigh(item) if weigh else _weight(row)
                if items and weight > PAGE_BYTES:
                    return items, place
                items.append(item)
            place = keyset.place(row)
        seen += chunk
        if len(rows) <= chunk:
            return items, None
        if len(items) == size or seen >= size * _FRUITLESS_PAGES:
            return items, place


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
