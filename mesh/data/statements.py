"""SQL statements, written in SQLAlchemy Core and compiled once, at import, to the text asyncpg prepares."""

import re
from collections.abc import Mapping
from typing import Any, final

from sqlalchemy import ClauseElement, ColumnElement, literal_column
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.compiler import SQLCompiler

from mesh.telemetry import LATENCY_BUCKETS, Histogram

_DIALECT = PGDialect_asyncpg()
_TARGET = re.compile(r'\b(?:FROM|INTO|UPDATE)\s+"?([a-z_]\w*)')
_SECONDS = Histogram("guild_sql_seconds", "Time of one statement.", ["statement"], buckets=LATENCY_BUCKETS)


@final
class Statement:
    """The text of a statement, the names of its parameters in the order of `$1, $2, …`, and a name for operators."""

    __slots__ = ("name", "parameters", "seconds", "sql")

    def __init__(self, sql: str, parameters: tuple[str, ...], name: str) -> None:
        self.sql = sql
        self.parameters = parameters
        self.name = name
        self.seconds = _SECONDS.labels(name)

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """Return `values` in the order of the parameters; raises TypeError when one is missing or unknown."""
        if len(values) == len(self.parameters):
            try:
                return [values[name] for name in self.parameters]
            except KeyError:
                pass  # told below, with every name
        missing = sorted(set(self.parameters) - values.keys())
        unknown = sorted(values.keys() - set(self.parameters))
        raise TypeError(f"{self.name}: missing parameters {missing}, unknown parameters {unknown}")

    def __repr__(self) -> str:
        return f"<Statement {self.name}: {' '.join(self.sql.split())}>"


def statement(clause: ClauseElement, *, name: str | None = None) -> Statement:
    """Compile a clause whose every value is a `bindparam(name)`.

    Raises ValueError for a value written into the clause (write `bindparam`, or `constant` for one that never changes)
    and for an expanding parameter (write `column == any_(bindparam("ids", type_=ARRAY(Uuid)))`). `name` is what spans
    and metrics call it, "SELECT posts" unless told.
    """
    compiled = clause.compile(dialect=_DIALECT)
    if not isinstance(compiled, SQLCompiler):
        raise TypeError(f"{clause!r} is no query")
    parameters = tuple(compiled.positiontup or ())
    for parameter in parameters:
        _refuse_values(compiled, parameter)
    sql = compiled.string.strip()
    return Statement(sql, parameters, name or _describe(sql))


def constant(value: str | bool | int) -> ColumnElement[Any]:
    """Return a value of the program (a status, a limit) as SQL text; never for anything that came from outside."""
    if isinstance(value, str):
        quoted = value.replace("'", "''")
        return literal_column(f"'{quoted}'")
    return literal_column(str(value).lower())


def _refuse_values(compiled: SQLCompiler, parameter: str) -> None:
    bind = compiled.binds[parameter]
    if bind.expanding or bind.literal_execute:
        raise ValueError(f'{compiled.string}: "{parameter}" expands at run time; use any_(bindparam(…, ARRAY(type)))')
    if not bind.required:
        raise ValueError(
            f'{compiled.string}: "{parameter}" holds the value {bind.value!r}; use bindparam(…) or constant(…)'
        )


def _describe(sql: str) -> str:
    target = _TARGET.search(sql)
    verb = sql.partition(" ")[0].strip().upper()
    return f"{verb} {target[1]}" if target else verb
