"""All rules of a service.

Every column of a table is named by its rules, so that none can be forgotten: `Rules` raises ValueError for a table
without a rule, for a column that no rule accounts for, and for one that is not there.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import MetaData, Table

from mesh.privacy.rules import Blank, Impersonal, Keep, Personal
from mesh.privacy.statements import Statements, compiled


class Compiled(NamedTuple):
    """A rule with its statements."""

    rule: Personal
    statements: Statements


class Rules:
    """In the order in which a service erases: what finds other rows goes after them.

    Rows of the tables in `settled` mean something outside of the database too: whoever erases by these rules must say
    what is done there (`PersonalData`, which refuses to be made without).
    """

    def __init__(
        self, metadata: MetaData, rules: Sequence[Personal | Impersonal], *, settled: Collection[Table] = ()
    ) -> None:
        problems = [problem for table in metadata.sorted_tables for problem in _problems(table, rules)]
        problems += [f"{rule.table} is no table of this service" for rule in rules if not _is_in(rule.table, metadata)]
        if problems:
            raise ValueError("; ".join(problems))
        self.all = tuple(rules)
        self.settled = frozenset(settled)
        self.personal = tuple(Compiled(rule, compiled(rule)) for rule in rules if isinstance(rule, Personal))

    @property
    def shown(self) -> frozenset[str]:
        """The names of all columns that an export shows."""
        return frozenset(name for rule, _ in self.personal for name in rule.shows.split())


def _is_in(table: Table, metadata: MetaData) -> bool:
    return metadata.tables.get(table.name) is table


def _problems(table: Table, rules: Sequence[Personal | Impersonal]) -> list[str]:
    columns = {column.name for column in table.columns}
    here = [rule for rule in rules if rule.table is table]
    personal = [rule for rule in here if isinstance(rule, Personal)]
    if not here:
        return [f"{table.name} has no rule: what of it is exported, what is erased?"]
    problems = [problem for rule in personal for problem in _of_one(rule, columns)]
    if personal and not any(rule.section or rule.unseen for rule in personal):
        problems.append(f"no rule of {table.name} exports it, or says why not")
    return problems


def _of_one(rule: Personal, columns: set[str]) -> list[str]:
    problems: list[str] = []
    if rule.section:
        problems += _unaccounted(rule, "an export", columns, {*rule.shows.split(), *_names(rule.hides)})
    if isinstance(rule.erase, Blank):
        problems += _unaccounted(rule, "an erasure", columns, {*rule.erase.values, *_names(rule.erase.stays)})
    if rule.rows is None and (rule.section or not isinstance(rule.erase, Keep)):
        problems.append(f"{rule.table.name}: what is not looked for can only be kept")
    return problems


def _unaccounted(rule: Personal, by: str, columns: set[str], named: set[str]) -> list[str]:
    missing, unknown = sorted(columns - named), sorted(named - columns)
    problems = [f"{rule.table.name}: {by} does not say what becomes of {', '.join(missing)}"] if missing else []
    return problems + ([f"{rule.table.name} has no {', '.join(unknown)}"] if unknown else [])


def _names(reasons: Mapping[str, str]) -> set[str]:
    return {name for names in reasons for name in names.split()}
