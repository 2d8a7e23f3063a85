"""Many rows in one statement: parallel arrays that PostgreSQL unnests into rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ARRAY, Table, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine


def batch(**types: TypeEngine[Any]) -> TableValuedAlias:
    """Make a relation of parallel arrays, `unnest(:a, :b, …)`, with a row for each position.

    Use it as a FROM: `update(posts).where(posts.c.id == rows.c.id).values(likes=posts.c.likes + rows.c.likes)`.
    """
    arrays = [bindparam(name, type_=ARRAY(_element(name, kind))) for name, kind in types.items()]
    columns = [column(name, kind) for name, kind in types.items()]
    return func.unnest(*arrays).table_valued(*columns).render_derived(name="batch")


def batch_insert(table: Table, *names: str) -> Insert:
    """Return `INSERT INTO table (names) SELECT … FROM unnest(…)`, to execute with one list for each name.

    It takes `.on_conflict_do_nothing()` and `.returning(…)` like any insert.
    """
    rows = batch(**{name: table.c[name].type for name in names})
    return insert(table).from_select(list(names), select(*rows.c))


def by_column(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> dict[str, list[Any]]:
    """Turn rows into one list for each name: the parameters of a batch statement."""
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for row in rows:
        for name, value in zip(names, row, strict=True):
            columns[name].append(value)
    return columns


def _element(name: str, kind: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(kind, ARRAY):
        raise TypeError(f"{name}: unnest flattens arrays of arrays; send the rows one by one or as jsonb")
    return kind
