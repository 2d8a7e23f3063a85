"""Lists in a fixed order, read from behind the last row that was shown."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, Self, TypeAlias, TypeVar, final
from uuid import UUID

from asyncpg import Record
from sqlalchemy import Column, ColumnElement, Select, UnaryExpression, and_, bindparam, or_, tuple_
from sqlalchemy.sql.operators import desc_op

from mesh.data.querier import Querier
from mesh.data.statements import Statement, statement

T = TypeVar("T")
U = TypeVar("U")
Place: TypeAlias = tuple[Any, ...]
Dress = Callable[[Sequence[Record]], Awaitable[Sequence[T | None]]]

_CHUNK = 100  # rows of one statement: the largest page
_FROM_JSON: Mapping[type, Callable[[Any], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    UUID: UUID,
    int: int,
    float: float,
    str: str,
}


@final
@dataclass(frozen=True, eq=False)
class Keyset:
    """The statements of a list, and the columns whose values are the place of a row in it; made by `keyset`."""

    first: Statement
    next: Statement
    order: tuple[ColumnElement[Any], ...]
    set_on_entry: tuple[Column[Any], ...]
    rising: bool
    chunk: int

    @property
    def name(self) -> str:
        """What the order is made of: a place in one order is none in another."""
        return ",".join(_key(term) for term in self.order)

    def place(self, row: Record) -> Place:
        """Where the list goes on behind `row`."""
        return tuple(row[_key(term)] for term in self.order)

    def restored(self, place: Sequence[Any]) -> Place:
        """A place that went through JSON, with the types of its columns."""
        return tuple(_reader(term)(value) for term, value in zip(self.order, place, strict=True))

    def of(self, q: Querier, make: Callable[[Record], T], **parameters: Any) -> "Listing[T]":
        """The list for these parameters, its rows made into items by `make`."""

        async def dress(rows: Sequence[Record]) -> list[T | None]:
            return [make(row) for row in rows]

        return Listing(self, q, parameters, dress)


@dataclass(frozen=True, eq=False)
class Listing(Generic[T]):
    """One list somebody may page through: a keyset with its parameters, and how rows become items."""

    keyset: Keyset
    querier: Querier
    parameters: Mapping[str, Any]
    dress: Dress[T]
    front: Sequence[Record] | None = None

    def begun(self, front: Sequence[Record]) -> Self:
        """The same list of which somebody has read the front already: as many rows as will be asked for, or all."""
        return replace(self, front=front)

    async def read(self, place: Place | None, size: int) -> list[Record]:
        """The first `size` rows behind `place`, or of the list."""
        if place is None and self.front is not None:
            return list(self.front[:size])
        if place is None:
            return await self.querier.fetch(self.keyset.first, **self.parameters, size=size)
        behind = {f"after_{n}": value for n, value in enumerate(place)}
        return await self.querier.fetch(self.keyset.next, **self.parameters, **behind, size=size)

    def dressed(self, dress: Callable[[Sequence[T]], Awaitable[Sequence[U | None]]]) -> "Listing[U]":
        """The same list with each item made into another, many at a time; what becomes None is left out."""

        async def twice(rows: Sequence[Record]) -> list[U | None]:
            items = await self.dress(rows)
            kept = [item for item in items if item is not None]
            further = iter(await dress(kept) if kept else ())
            return [None if item is None else next(further) for item in items]

        return replace(self, dress=twice)  # type: ignore[return-value, arg-type]


def keyset(
    query: Select[*tuple[Any, ...]],
    *order: ColumnElement[Any],
    set_on_entry: Sequence[Column[Any]] = (),
    rising: bool = False,
    chunk: int = _CHUNK,
    name: str | None = None,
) -> Keyset:
    """Compile a list: `query` in the `order` of its columns (`column` or `column.desc()`), which must be total.

    The columns of the order must never change, or a row that moves is shown twice or not at all; those named in
    `set_on_entry` are written by nothing but what brings a row into the list. Where a row may move, but only to the
    front (latest activity first), the list is `rising`: whoever reads it to its end is then given what has risen
    meanwhile. Rows that weigh much (articles) are read `chunk` at a time. Raises ValueError for an order by a column
    that `query` does not select, and for a rising list that does not fall by every column.
    """
    terms = tuple(_term(part) for part in order)
    if rising and not all(map(_falls, order)):
        raise ValueError("rows rise only in a list that falls by every column of its order")
    if missing := {_key(term) for term in terms} - set(query.selected_columns.keys()):
        raise ValueError(f"the list is ordered by {sorted(missing)}, which it does not select")
    for term in terms:
        _reader(term)
    query = query.order_by(*order).limit(bindparam("size"))
    return Keyset(
        first=statement(query, name=name),
        next=statement(query.where(_behind(order, terms)), name=name),
        order=terms,
        set_on_entry=tuple(set_on_entry),
        rising=rising,
        chunk=chunk,
    )


def _behind(order: Sequence[ColumnElement[Any]], terms: Sequence[ColumnElement[Any]]) -> ColumnElement[bool]:
    """The condition on rows behind a place; one comparison of rows, which an index serves, where directions agree."""
    places = [bindparam(f"after_{n}", type_=term.type) for n, term in enumerate(terms)]
    falling = [_falls(part) for part in order]
    if len(set(falling)) == 1:
        here, there = tuple_(*terms), tuple_(*places)
        return here < there if falling[0] else here > there
    further: list[ColumnElement[bool]] = []
    for n, (term, place) in enumerate(zip(terms, places, strict=True)):
        equal = [terms[k] == places[k] for k in range(n)]
        further.append(and_(*equal, term < place if falling[n] else term > place))
    bound = terms[0] <= places[0] if falling[0] else terms[0] >= places[0]  # what an index on the first can serve
    return and_(bound, or_(*further))


def _falls(part: ColumnElement[Any]) -> bool:
    return isinstance(part, UnaryExpression) and part.modifier is desc_op


def _term(part: ColumnElement[Any]) -> ColumnElement[Any]:
    return part.element if isinstance(part, UnaryExpression) and part.modifier is not None else part


def _key(term: ColumnElement[Any]) -> str:
    return str(term.key)


def _reader(term: ColumnElement[Any]) -> Callable[[Any], Any]:
    try:
        return _FROM_JSON[term.type.python_type]
    except (KeyError, NotImplementedError):
        raise ValueError(f"{term}: a page token holds no value of {term.type!r}") from None
