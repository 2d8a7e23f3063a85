"""The parts of profiles, a table for each kind: one shape, so one way to read and write them."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, insert, select, update

from mesh.data import Querier, Statement, Transaction, statement
from svc_profile.domain.career import (
    KINDS,
    NO_CAREER,
    Career,
    Certification,
    Education,
    Language,
    P,
    Part,
    Position,
    Proficiency,
    Skill,
    Verification,
)
from svc_profile.domain.ids import UserId
from svc_profile.domain.periods import PartialDate
from svc_profile.store.tables import certifications, education, languages, positions, skills


def _id(value: object) -> UUID:
    """An id as a column has it, in the driver's own class, or as JSON does."""
    return UUID(str(value))


_TABLES: Mapping[type[Part], Table] = {
    Position: positions,
    Education: education,
    Language: languages,
    Certification: certifications,
    Skill: skills,
}


_READ: dict[str, Callable[[Any], Any]] = {
    "id": _id,
    "company_id": _id,
    "occupation_id": _id,
    "concept_id": _id,
    "start": PartialDate.parse,
    "end": PartialDate.parse,
    "proficiency": Proficiency,
    "verification": Verification.parse,
}
"""How columns are read that are no texts in the domain."""


class _Statements(NamedTuple):
    """Those of one table, whose columns are named as the fields of its kind."""

    fields: tuple[str, ...]
    of_member: Statement
    insert: Statement
    update: Statement
    delete: Statement

    @classmethod
    def on(cls, kind: type[Part]) -> "_Statements":
        table = _TABLES[kind]
        one = (table.c.user_id == bindparam("of_user"), table.c.id == bindparam("of_id"))
        names = tuple(field.name for field in dataclasses.fields(kind))
        values = {name: bindparam(f"new_{name}") for name in names}
        return cls(
            names,
            statement(select(*(table.c[name] for name in names)).where(table.c.user_id == bindparam("user_id"))),
            statement(insert(table).values(user_id=bindparam("user_id"), **values)),
            statement(update(table).where(*one).values({name: values[name] for name in names if name != "id"})),
            statement(delete(table).where(*one)),
        )


_OF = {kind: _Statements.on(kind) for kind in KINDS}


def career_column(user_id: ColumnElement[UUID]) -> ColumnElement[Any]:
    """A column with all parts of a member, for `career` to read: an array of rows for each kind."""
    lists: list[Any] = []
    for kind in KINDS:
        table = _TABLES[kind]
        row = func.jsonb_build_array(*(table.c[name] for name in _OF[kind].fields))
        lists.append(select(func.jsonb_agg(row)).where(table.c.user_id == user_id).scalar_subquery())
    return func.jsonb_build_array(*lists)


def career(lists: Sequence[Sequence[Sequence[Any]] | None] | None) -> Career:
    """The parts in a `career_column`; none where it is null."""
    if lists is None:
        return NO_CAREER
    return Career.of(_part(kind, row) for kind, rows in zip(KINDS, lists, strict=True) for row in rows or ())


class CareerRepository:
    """Loads and saves the parts of a profile; the member's row is the lock of all."""

    async def of_member(self, q: Querier, kind: type[P], user_id: UserId) -> list[P]:
        """The entries of one kind, in no order."""
        return [_part(kind, row) for row in await q.fetch(_OF[kind].of_member, user_id=user_id)]

    def add(self, tx: Transaction, user_id: UserId, part: Part) -> None:
        """Store a new entry, with the commit."""
        tx.send(_OF[type(part)].insert, user_id=user_id, **_values(part))

    def save(self, tx: Transaction, user_id: UserId, part: Part) -> None:
        """Store a changed entry, with the commit."""
        values = _values(part)
        tx.send(_OF[type(part)].update, of_user=user_id, of_id=values.pop("new_id"), **values)

    def drop(self, tx: Transaction, user_id: UserId, part: Part) -> None:
        """Remove an entry, with the commit."""
        tx.send(_OF[type(part)].delete, of_user=user_id, of_id=part.id)


def _values(part: Part) -> dict[str, Any]:
    found = {f"new_{name}": getattr(part, name) for name in _OF[type(part)].fields}
    return {
        name: str(value) if isinstance(value, PartialDate | Verification) else value for name, value in found.items()
    }


def _part(kind: type[P], row: Iterable[Any]) -> P:
    return kind(**{name: _read(name, value) for name, value in zip(_OF[kind].fields, row, strict=True)})


def _read(name: str, value: Any) -> Any:
    return _READ[name](value) if name in _READ and value is not None else value
