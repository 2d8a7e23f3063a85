"""The statements of a rule."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Select, bindparam, delete, func, not_, select, tuple_, update

from mesh.data import Statement, statement
from mesh.privacy.rules import Blank, Delete, Personal


class Statements(NamedTuple):
    """To read a page of a section, to erase a batch, to count what stays; what a rule has no need of is None."""

    first: Statement | None = None
    next: Statement | None = None
    erase: Statement | None = None
    left: Statement | None = None


def compiled(rule: Personal) -> Statements:
    """The statements of a rule."""
    if rule.rows is None:
        return Statements()
    first, following = _pages(rule, rule.rows) if rule.section else (None, None)
    return Statements(first, following, _erase(rule, rule.rows), _left(rule, rule.rows))


def place_of(rule: Personal, row: Any) -> dict[str, Any]:
    """Where a section goes on behind a row."""
    return {f"after_{key.name}": row[f"key_{key.name}"] for key in rule.table.primary_key}


def _pages(rule: Personal, rows: ColumnElement[bool]) -> tuple[Statement, Statement]:
    keys = _keys(rule)
    shown = [rule.told.get(name, rule.table.c[name]).label(name) for name in rule.shows.split()]
    query = select(*shown, *(key.label(f"key_{key.name}") for key in keys)).where(rows)
    query = query.order_by(*keys).limit(bindparam("size"))
    behind = tuple_(*keys) > tuple_(*(bindparam(f"after_{key.name}", type_=key.type) for key in keys))
    name = f"export {rule.table.name}"
    return statement(query, name=name), statement(query.where(behind), name=name)


def _erase(rule: Personal, rows: ColumnElement[bool]) -> Statement | None:
    keys, name = _keys(rule), f"erase {rule.table.name}"
    match rule.erase:
        case Delete(_, returning):
            batch = tuple_(*keys).in_(_batch(keys, rows))
            return statement(delete(rule.table).where(batch).returning(*keys, *returning), name=name)
        case Blank(values=values, done=done, returning=returning):
            batch = tuple_(*keys).in_(_batch(keys, rows, not_(done)))
            return statement(
                update(rule.table).where(batch).values(dict(values)).returning(*keys, *returning), name=name
            )
        case _:
            return None


def _left(rule: Personal, rows: ColumnElement[bool]) -> Statement:
    return statement(select(func.count()).select_from(rule.table).where(rows), name=f"count {rule.table.name}")


def _batch(keys: Sequence[Column[Any]], *rows: ColumnElement[bool]) -> Select[Any]:
    return select(*keys).where(*rows).limit(bindparam("size")).correlate(None)


def _keys(rule: Personal) -> list[Column[Any]]:
    return list(rule.table.primary_key)
