"""The SQL of all services keeps the rules that let one schema run on one PostgreSQL and on a distributed one.

A table's distribution column is the first column of its primary key.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

import pytest
from pglast import ast, parse_sql
from pglast.enums import A_Expr_Kind, BoolExprType, JoinType, SubLinkType
from pglast.visitors import Visitor
from sqlalchemy import Column, MetaData, UniqueConstraint

from mesh.data import Keyset, Statement

SERVICES = ("svc_profile", "svc_feed", "svc_messaging", "svc_jobs")
EVERY_SHARD_ALLOWED: dict[str, str] = {
    "jobs": "a search asks every company's shard; it is bounded by its page",
    "companies": "a search asks every shard; it is bounded by its page",
    "people_search": "a search asks every shard; it is bounded by the hits it looks at",
    "contact_marks": "who has a contact, or is found by an older key, is on any shard; bounded by the size of the call",
    "canaries": "some rows that operators write, and each process reads as a whole",
    "svc_profile.store.people_search:UNREAD": "who is not found by the present rules; bounded by its size",
    "taxonomy_concepts": "reference data: an operator writes it whole, each process reads it whole",
    "taxonomy_imports": "a row for each source of the above",
    "taxonomy_relations": "as the concepts",
    **dict.fromkeys(
        ["svc_feed.store.bookmarks:COUNT", "svc_feed.store.bookmarks:NEWEST_FIRST"],
        "what a member keeps lies with the posts, as the reads of posts join it; an index away, bounded",
    ),
    "svc_feed.store.activity:LISTS": "what a member answered lies with others' posts; bounded by its page",
    "svc_feed.store.analytics:_SHARES": "shares lie with those who share; an index away, bounded by its days",
    "svc_feed.store.media:EXPIRED": "what is to be dropped is found wherever it is; bounded by its size",
    "svc_feed.store.posts:_COUNT_SHARES": "shares lie with those who share; an index away, bounded by its use",
    "svc_feed.store.posts:OF_COMPANY": "who speaks for it is on any shard; an index away, bounded by its page",
    "svc_feed.store.drafts:DUE": "whose time has come is found wherever they are; bounded by its pages",
    "svc_feed.store.unlooked:POSTS": "what the present rules have not looked at; bounded by its size",
    "svc_feed.store.unlooked:COMMENTS": "as the posts",
    "svc_feed.store.post_search:UNREAD": "what is not found by the present rules; bounded by its size",
    "svc_feed.store.topics:SUGGESTED": "topics that begin somehow are on any shard; bounded by its size",
    "svc_feed.store.topics:DUE": "what is to be counted is found wherever it is; bounded by its size",
    "svc_feed.store.reach:MERGED": "how many authors are merged is a number about all; they are few",
    "svc_feed.store.counts:KEYS": "an audit goes through all posts; bounded by its size",
    "svc_feed.store.readers:DUE": "whose feed is to be built is found wherever it is; bounded by its size",
    "svc_feed.store.readers:AVERAGE": "how much is read is a number about everybody; asked for every few minutes",
    "svc_feed.store.topics:FOLLOWERS": "who follows a topic is on any shard; an index away, bounded by its size",
    "svc_feed.store.posts:STREAMED": "who builds a projection reads all there is; bounded by its batches",
    "svc_feed.store.campaigns:RUNNING": "who competes for places is found wherever it is; bounded by its limit",
    "svc_feed.store.campaigns:OVER": "whose time is over is found wherever they are; bounded by its size",
    "svc_feed.store.campaigns:IN_REVIEW": "operators look through all that wait; bounded by its pages",
    "svc_feed.store.recorded_rankings:NEWEST": "an operator's tool reads whoever was recorded; bounded by its pages",
    "svc_feed.store.content_reviews:DUE": "what is to be told is found wherever it is; bounded by its size",
    "svc_feed.store.content_reviews:HELD": "operators look through all that waits; bounded by its pages",
    "svc_messaging.store.notifications:ENDED_FOR_ALL": "who was told is anywhere; an index away, bounded by mentions",
    "svc_profile.store.connections:STREAMED": "who builds a projection reads all there is; bounded by its batches",
    "svc_profile.store.erasures:DUE": "what is to be erased is found wherever it is; bounded by its size",
    "svc_profile.store.mirrors:PEOPLE": "an audit goes through all members; bounded by its pages",
    "svc_profile.store.connections:OVER": "whose request is over is found wherever they are; bounded by its size",
    "svc_profile.store.actions:LISTED": "operators look through all of the log; bounded by its pages",
    "svc_profile.store.appeals:OLDEST": "operators hear all members; bounded by its pages",
    "svc_profile.store.flags:FOUND": "an operator's look at a flag by its id alone, an index away",
    "svc_profile.store.flags:LISTED": "operators look through all flags; bounded by its pages",
    "svc_profile.store.flags:COUNTED": "operators see how many flags there are",
    "svc_profile.store.reports:BEHIND": "an operator's look at the reports behind a flag; bounded by its size",
    "svc_profile.store.decisions:EXPIRED": "whose time is over is found wherever they are; bounded by its size",
    **dict.fromkeys(
        [f"{service}.store.personal:STATEMENTS" for service in SERVICES],
        "an export and an erasure look for one member in every table; an index away, bounded by its batches",
    ),
    "svc_profile.store.users:STREAMED": "who builds a projection reads all there is; bounded by its batches",
}
"""Tables that some statement may read without their distribution column, or such statements; and why."""
VOLATILE = {"random", "clock_timestamp", "gen_random_uuid", "uuidv7", "uuid_generate_v4", "nextval", "timeofday"}
ACROSS_NODES = {"pg_advisory_lock", "pg_advisory_xact_lock", "pg_try_advisory_lock", "pg_try_advisory_xact_lock"}


def modules(package: str) -> Iterator[ModuleType]:
    root = importlib.import_module(package)
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        if ".migrations" not in found.name:
            yield importlib.import_module(found.name)


def leaves(value: object) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def metadata_of(service: str) -> MetaData:
    return importlib.import_module(f"{service}.store.tables").metadata


def constants() -> Iterator[tuple[str, str, Any]]:
    for service in SERVICES:
        for module in modules(f"{service}.store"):
            for name, value in vars(module).items():
                for found in leaves(value):
                    yield service, f"{module.__name__}:{name}", found


KEYSETS = [(service, where, found) for service, where, found in constants() if isinstance(found, Keyset)]
STATEMENTS = [
    *((service, where, found) for service, where, found in constants() if isinstance(found, Statement)),
    *((service, f"{where}:first", listed.first) for service, where, listed in KEYSETS),
    *((service, f"{where}:next", listed.next) for service, where, listed in KEYSETS),
]


class Reader(Visitor):
    """Collects what a statement touches and by which columns it finds it.

    Nodes are Any: pglast declares each of their parts as optional, and the parser sets those that are read here.
    """

    def __init__(self) -> None:
        self.tables: dict[str, str] = {}
        self.ctes: set[str] = set()
        self.keys: set[tuple[str, str]] = set()
        self.functions: set[str] = set()
        self.written: set[str] = set()
        self.changed: dict[str, set[str]] = {}
        self.joined_to: dict[str, set[str]] = {}
        """For each table of an outer join the others that its rows are found by."""
        self.merges = False

    def visit_RangeVar(self, _ancestors: Any, node: Any) -> None:
        self.tables[node.alias.aliasname if node.alias else node.relname] = node.relname

    def visit_CommonTableExpr(self, _ancestors: Any, node: Any) -> None:
        self.ctes.add(node.ctename)

    def visit_InsertStmt(self, _ancestors: Any, node: Any) -> None:
        self.written.add(node.relation.relname)
        if node.onConflictClause is not None and node.onConflictClause.targetList:
            self.add_changes(node.relation.relname, node.onConflictClause.targetList)

    def visit_UpdateStmt(self, _ancestors: Any, node: Any) -> None:
        self.add_changes(node.relation.relname, node.targetList)

    def add_changes(self, table: str, targets: Any) -> None:
        self.changed.setdefault(table, set()).update(target.name for target in targets)

    def visit_MergeStmt(self, _ancestors: Any, _node: ast.MergeStmt) -> None:
        self.merges = True

    def visit_JoinExpr(self, _ancestors: Any, node: Any) -> None:
        if node.jointype == JoinType.JOIN_LEFT and isinstance(node.rarg, ast.RangeVar):
            inner = node.rarg.alias.aliasname if node.rarg.alias else node.rarg.relname
            pairs = [_columns(clause) for clause in _clauses(node.quals)]
            others = {one for pair in pairs if inner in pair for one in pair} - {inner}
            self.joined_to.setdefault(inner, set()).update(others)

    def visit_FuncCall(self, _ancestors: Any, node: Any) -> None:
        self.functions.add(node.funcname[-1].sval)

    def visit_A_Expr(self, _ancestors: Any, node: Any) -> None:
        equality = node.kind in {A_Expr_Kind.AEXPR_OP, A_Expr_Kind.AEXPR_OP_ANY, A_Expr_Kind.AEXPR_IN}
        if equality and node.name[-1].sval == "=":
            self.add_keys(node.lexpr)
            self.add_keys(node.rexpr)

    def visit_SubLink(self, _ancestors: Any, node: Any) -> None:
        if node.subLinkType == SubLinkType.ANY_SUBLINK and node.testexpr is not None:
            self.add_keys(node.testexpr)

    def add_keys(self, node: Any) -> None:
        parts: Any = getattr(node, "args" if isinstance(node, ast.RowExpr) else "fields", ())
        if isinstance(node, ast.RowExpr):
            for part in parts:
                self.add_keys(part)
        elif isinstance(node, ast.ColumnRef) and isinstance(parts[-1], ast.String):
            self.keys.add((parts[-2].sval if len(parts) > 1 else "", parts[-1].sval))


def _clauses(quals: Any) -> Iterator[Any]:
    if isinstance(quals, ast.BoolExpr) and quals.boolop == BoolExprType.AND_EXPR:
        for arg in quals.args:
            yield from _clauses(arg)
    elif isinstance(quals, ast.A_Expr) and quals.name[-1].sval == "=":
        yield quals


def _columns(clause: Any) -> set[str]:
    """The tables of the columns on both sides of an equation."""
    sides = [side for side in (clause.lexpr, clause.rexpr) if isinstance(side, ast.ColumnRef)]
    return {side.fields[0].sval for side in sides if len(side.fields) > 1}


def read(statement: Statement) -> Reader:
    return _read(statement.sql)


@cache
def _read(sql: str) -> Reader:
    """Every statement is looked at by several rules, and by some of them once for each list."""
    reader = Reader()
    reader(parse_sql(sql))
    return reader


def distribution_columns(service: str) -> dict[str, str]:
    return {table.name: next(iter(table.primary_key.columns)).name for table in metadata_of(service).tables.values()}


@pytest.mark.parametrize(("service", "where", "statement"), STATEMENTS, ids=[where for _, where, _ in STATEMENTS])
def test_statements_find_rows_by_their_shard(service: str, where: str, statement: Statement) -> None:
    """Every table of a statement is reached by equality on its distribution column."""
    reader, columns = read(statement), distribution_columns(service)
    if where.removesuffix(":first").removesuffix(":next") in EVERY_SHARD_ALLOWED:
        return
    for alias, table in reader.tables.items():
        if table in reader.ctes or table in EVERY_SHARD_ALLOWED or table not in columns:
            continue
        if table in reader.written:
            continue  # an INSERT brings the column with the row
        column = columns[table]
        assert {(alias, column), (table, column), ("", column)} & reader.keys, (
            f"{where} reads {table} without {column}: {statement.sql}"
        )


@pytest.mark.parametrize(("service", "where", "statement"), STATEMENTS, ids=[where for _, where, _ in STATEMENTS])
def test_statements_use_nothing_that_a_distributed_engine_refuses(
    service: str, where: str, statement: Statement
) -> None:
    """No MERGE, no advisory locks, no volatile functions where rows are changed."""
    reader = read(statement)
    assert not reader.merges
    assert not reader.functions & ACROSS_NODES
    if statement.sql.lstrip().upper().startswith("UPDATE"):
        assert not reader.functions & VOLATILE


@pytest.mark.parametrize(("service", "where", "statement"), STATEMENTS, ids=[where for _, where, _ in STATEMENTS])
def test_outer_joins_look_rows_up_by_columns_of_one_table(service: str, where: str, statement: Statement) -> None:
    """With those of two, PostgreSQL looks up by some and filters by the rest: it reads what all others have there."""
    for inner, others in read(statement).joined_to.items():
        assert len(others) <= 1, f"{service}, {where}: {inner} is looked up by {sorted(others)}"


def changes_of(service: str, column: Column[Any]) -> Iterator[set[str]]:
    """What the statements that change a column change."""
    for owner, _, changing in STATEMENTS:
        changed = read(changing).changed.get(column.table.name, set())
        if owner == service and column.name in changed:
            yield changed


@pytest.mark.parametrize(("service", "where", "listed"), KEYSETS, ids=[where for _, where, _ in KEYSETS])
def test_lists_are_paged_by_what_never_changes(service: str, where: str, listed: Keyset) -> None:
    """No statement changes a column that a list is ordered by, unless it makes the row enter or rise."""
    filters = {column for _, column in read(listed.first).keys}
    entering = {column.name for column in listed.set_on_entry}
    for column in listed.order:
        if not isinstance(column, Column):
            continue
        for changed in changes_of(service, column):
            assert column.name in entering or listed.rising, f"{where} is paged by {column}, which an UPDATE changes"
            assert changed & filters or listed.rising, f"{where}: {column} changes while its row stays listed"


@pytest.mark.parametrize(("service", "where", "listed"), KEYSETS, ids=[where for _, where, _ in KEYSETS])
def test_lists_are_paged_without_ties(service: str, where: str, listed: Keyset) -> None:
    """The order of a list, with what its filters hold equal, covers a unique key: no two rows share a place."""
    fixed = {column for _, column in read(listed.first).keys}
    ordered = {column for column in listed.order if isinstance(column, Column)}
    names = fixed | {column.name for column in ordered}
    table = metadata_of(service).tables[{column.table.name for column in ordered}.pop()]
    uniques = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    keys = [
        {column.name for column in table.primary_key},
        *({column.name for column in unique.columns} for unique in uniques),
        *({column.name for column in index.columns} for index in table.indexes if index.unique),
    ]
    assert any(key <= names for key in keys), f"{where}: {sorted(names)} leaves ties in {table.name}"


@pytest.mark.parametrize("service", SERVICES)
def test_keys_carry_the_distribution_column(service: str) -> None:
    """Every primary key, unique constraint and unique index holds the table's distribution column."""
    for table in metadata_of(service).tables.values():
        column = next(iter(table.primary_key.columns)).name
        uniques = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
        for names in [
            *({c.name for c in unique.columns} for unique in uniques),
            *({c.name for c in index.columns} for index in table.indexes if index.unique),
        ]:
            assert column in names, f"{service}.{table.name}: a unique key without {column}"


@pytest.mark.parametrize("service", SERVICES)
def test_foreign_keys_stay_on_one_shard(service: str) -> None:
    """A foreign key includes both tables' distribution columns."""
    for table in metadata_of(service).tables.values():
        for constraint in table.foreign_key_constraints:
            mine = next(iter(table.primary_key.columns)).name
            theirs = next(iter(constraint.referred_table.primary_key.columns)).name
            assert any(
                element.parent.name == mine and element.column.name == theirs for element in constraint.elements
            ), f"{service}.{table.name}: {constraint.name} leaves the shard"


def test_a_statement_without_its_shard_is_found() -> None:
    """The rule has teeth."""
    reader = read(Statement("SELECT name FROM users WHERE name = $1", ("name",), "bad"))
    assert ("users", "user_id") not in reader.keys
    assert ("", "user_id") not in reader.keys


def test_a_list_by_what_changes_is_found() -> None:
    """This rule has teeth as well: both ways to write a column are seen."""
    update = read(Statement("UPDATE users SET name = $1 WHERE user_id = $2", ("name", "user_id"), "bad"))
    upsert = "INSERT INTO users (user_id) VALUES ($1) ON CONFLICT (user_id) DO UPDATE SET name = $2"
    assert [{"users": {"name"}}] * 2 == [update.changed, read(Statement(upsert, ("user_id", "name"), "bad")).changed]


def test_a_look_up_by_two_tables_is_found() -> None:
    """And this one."""
    joined = "SELECT 1 FROM asked JOIN posts ON posts.id = asked.id LEFT JOIN likes ON likes.id = posts.id AND {}"
    one, two = "likes.by = posts.by", "likes.by = asked.by"
    assert {"likes": {"posts"}} == read(Statement(joined.format(one), (), "good")).joined_to
    assert {"likes": {"posts", "asked"}} == read(Statement(joined.format(two), (), "bad")).joined_to
