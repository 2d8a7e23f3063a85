"""What a rule says: of rows that are about a member, what is exported, and what an erasure leaves."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeAlias
from uuid import UUID

from asyncpg import Record
from sqlalchemy import Column, ColumnElement, Table, Uuid, bindparam, cast, select, tuple_

from mesh.data import Transaction, constant

ME: ColumnElement[Any] = bindparam("user_id", type_=Uuid)
"""The member whom an export or an erasure is about, in the conditions of rules."""

NOBODY: ColumnElement[Any] = cast(constant(str(UUID(int=0))), Uuid)
"""Who stands in place of a member in what others own."""

Settle: TypeAlias = Callable[[Transaction, Sequence[Record]], Awaitable[None]]
"""Brings what was counted from deleted rows in line, in the transaction that deletes them."""


@dataclass(frozen=True, slots=True)
class Delete:
    """The rows go. `settle` is given the primary keys of those that went, with the columns in `returning`."""

    settle: Settle | None = None
    returning: tuple[ColumnElement[Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Blank:
    """The rows stay, as others' data hangs on their place; `values` replace what the member put into them.

    `stays` says of each other column, many separated by blanks, why it does. `done` is true for a row that is blank. A
    janitor drops the rows after `period`, where there is one. `settle` is as with Delete.
    """

    values: Mapping[str, ColumnElement[Any]]
    stays: Mapping[str, str]
    done: ColumnElement[bool]
    why: str
    period: timedelta | None = None
    settle: Settle | None = None
    returning: tuple[ColumnElement[Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Keep:
    """The rows stay as they are, and why; for `period` where a janitor drops them after it."""

    why: str
    period: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Personal:
    """Rows of a table that are about the member: those for which `rows`, a condition over `ME`, holds.

    Rows that are kept without being looked for, as nothing finds them by the member, have None.

    `shows` are the columns that an export shows, separated by blanks, in the file `section`; `hides` says of others,
    again many separated by blanks, why it does not. Without a section nothing is exported: another rule of the table
    does, or `unseen` says why nobody is shown it. `told` is what is shown in place of a column as it is stored, where
    the member may not be told all of it.
    """

    table: Table
    rows: ColumnElement[bool] | None
    erase: Delete | Blank | Keep
    section: str = ""
    shows: str = ""
    hides: Mapping[str, str] = field(default_factory=dict[str, str])
    unseen: str = ""
    told: Mapping[str, ColumnElement[Any]] = field(default_factory=dict[str, ColumnElement[Any]])


@dataclass(frozen=True, slots=True)
class Impersonal:
    """A table that holds nothing about members, and why that is so."""

    table: Table
    why: str


def through(
    table: Table, here: Sequence[Column[Any]], there: Sequence[ColumnElement[Any]], *found: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Rows of `table` that others lead to: those whose columns `here` are `there` in a row for which `found` holds.

    What lies with others is found this way by its shard. `there` may be in the same table, as an alias of it.
    """
    assert all(column.table is table for column in here), table  # noqa: S101 - a slip of who wrote the rule
    return tuple_(*here).in_(select(*there).where(*found).correlate(None))
