"""Rows whose mirror on the other side is missing or says something else, rows of no state, and ties despite a block."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Select,
    Table,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    or_,
    select,
)

from mesh.data import Listing, Querier, Statement, batch, by_column, constant, keyset, statement
from svc_profile.domain.connection import OPEN, Status
from svc_profile.domain.discrepancies import Discrepancy, Kind, Relation
from svc_profile.domain.ids import UserId
from svc_profile.store.tables import audience_list_members, blocks, connections, follows, users

MOST = 100
"""Discrepancies of one kind and relation that are told of a page of members."""

_IDS = bindparam("user_ids", type_=ARRAY(Uuid))
_pairs = batch(user_id=Uuid(), other_id=Uuid())
_OPEN = [constant(one.value) for one in sorted(OPEN)]
_ACCEPTED = constant(Status.ACCEPTED.value)
_u = users.c
PEOPLE = keyset(
    select(_u.user_id).where(_u.user_id >= bindparam("first"), _u.user_id <= bindparam("last")),
    _u.user_id,
    chunk=500,
    name="SELECT members to audit",
)


def _of(user_id: "Column[Any]", other_id: "Column[Any]") -> Mapping[bool, ColumnElement[bool]]:
    """Whose rows: of a page of members, or, to look again, of pairs."""
    again = select(constant(1)).where(_pairs.c.user_id == user_id, _pairs.c.other_id == other_id).exists()
    return {False: user_id == any_(_IDS), True: and_(user_id == any_(_IDS), again)}


def _both(found: Mapping[bool, "Select[*tuple[Any, ...]]"], what: str) -> Mapping[bool, Statement]:
    return {again: statement(one, name=f"SELECT {what}{' again' * again}") for again, one in found.items()}


def _mirrors(table: Table, other: str, *, same: str, turned: str = "", key: str = "") -> Mapping[bool, Statement]:
    """Rows of `table` beside those of the `other` side, which have the `same`, and the opposite of `turned`."""
    mine, theirs = table.alias("mine"), table.alias("theirs")
    counterpart = [theirs.c.user_id == mine.c[other], theirs.c[other] == mine.c.user_id]
    counterpart += [theirs.c[turned] != mine.c[turned]] if turned else []
    counterpart += [theirs.c[key] == mine.c[key]] if key else []
    missing = theirs.c.user_id.is_(None)
    differing = [(theirs.c[name].is_distinct_from(mine.c[name])).label(name) for name in same.split()]
    query = (
        select(mine.c.user_id, mine.c[other].label("other_id"), missing.label("missing"), *differing)
        .select_from(mine.outerjoin(theirs, and_(*counterpart)))
        .where(or_(missing, *(one.element for one in differing)))
        .order_by(mine.c.user_id, mine.c[other])
        .limit(constant(MOST))
    )
    whose = _of(mine.c.user_id, mine.c[other])
    return _both({again: query.where(which) for again, which in whose.items()}, f"mirrors of {table.name}")


def _incoherent(table: Table, other: str, **wrong: ColumnElement[bool]) -> Mapping[bool, Statement]:
    """Rows of `table` in which a column does not fit the others."""
    faults = [func.coalesce(one, constant(False)).label(name) for name, one in wrong.items()]
    query = (
        select(table.c.user_id, table.c[other].label("other_id"), constant(False).label("missing"), *faults)
        .where(or_(*(one.element for one in faults)))
        .order_by(table.c.user_id, table.c[other])
        .limit(constant(MOST))
    )
    whose = _of(table.c.user_id, table.c[other])
    return _both({again: query.where(which) for again, which in whose.items()}, f"incoherent {table.name}")


def _despite(tie: Table, other: str, *which: ColumnElement[bool]) -> Mapping[bool, Statement]:
    """Rows of `tie` that should have ended with a block."""
    b = blocks.c
    query = (
        select(tie.c.user_id, tie.c[other].label("other_id"), constant(False).label("missing"))
        .join_from(blocks, tie, and_(tie.c.user_id == b.user_id, tie.c[other] == b.other_id))
        .where(*which)
        .distinct()
        .order_by(tie.c.user_id, tie.c[other])
        .limit(constant(MOST))
    )
    whose = _of(b.user_id, b.other_id)
    return _both({again: query.where(one) for again, one in whose.items()}, f"{tie.name} despite a block")


def _neither(who: "Column[Any]", one: "Column[Any]", other: "Column[Any]") -> ColumnElement[bool]:
    return who.not_in([one, other])


_c, _f, _b, _l = connections.c, follows.c, blocks.c, audience_list_members.c
CHECKS: Mapping[tuple[Kind, Relation], Mapping[bool, Statement]] = {
    (Kind.MIRROR_DIFFERS, Relation.CONNECTION): _mirrors(
        connections, "connected_user_id", same="status requested_by note created_at updated_at accepted_at"
    ),
    (Kind.MIRROR_DIFFERS, Relation.FOLLOW): _mirrors(follows, "other_id", same="chosen followed_at", turned="outgoing"),
    (Kind.MIRROR_DIFFERS, Relation.BLOCK): _mirrors(blocks, "other_id", same="blocked_by blocked_at"),
    (Kind.MIRROR_DIFFERS, Relation.AUDIENCE_LIST): _mirrors(
        audience_list_members, "other_id", same="added_at", turned="owned", key="list_id"
    ),
    (Kind.INCOHERENT, Relation.CONNECTION): _incoherent(
        connections,
        "connected_user_id",
        itself=_c.connected_user_id == _c.user_id,
        status=_c.status.not_in([constant(one.value) for one in Status]),
        requested_by=or_(
            _neither(_c.requested_by, _c.user_id, _c.connected_user_id),
            and_(_c.status.in_([*_OPEN, _ACCEPTED]), _c.requested_by.is_(None)),
        ),
        created_at=and_(_c.status.in_(_OPEN), _c.created_at.is_(None)),
        accepted_at=and_(_c.status == _ACCEPTED, _c.accepted_at.is_(None)),
    ),
    (Kind.INCOHERENT, Relation.FOLLOW): _incoherent(follows, "other_id", itself=_f.other_id == _f.user_id),
    (Kind.INCOHERENT, Relation.BLOCK): _incoherent(
        blocks,
        "other_id",
        itself=_b.other_id == _b.user_id,
        blocked_by=_neither(_b.blocked_by, _b.user_id, _b.other_id),
    ),
    (Kind.DESPITE_BLOCK, Relation.CONNECTION): _despite(
        connections, "connected_user_id", _c.status.in_([*_OPEN, _ACCEPTED])
    ),
    (Kind.DESPITE_BLOCK, Relation.FOLLOW): _despite(follows, "other_id"),
}
_TABLES = (connections, follows, blocks, audience_list_members)
_ROWS = statement(
    select(
        *(
            select(func.count()).select_from(one).where(one.c.user_id == any_(_IDS)).scalar_subquery().label(one.name)
            for one in _TABLES
        )
    ),
    name="SELECT count of rows to audit",
)


class MirrorRepository:
    """Compares rows where they lie: what agrees never leaves the database."""

    def people(self, q: Querier, first: UserId, last: UserId) -> Listing[UserId]:
        """All who are there, or have left and are not erased yet, in the order of ids."""
        return PEOPLE.of(q, lambda row: row[0], first=first, last=last)

    async def count(self, q: Querier, user_ids: Sequence[UserId]) -> int:
        """How many rows of these members there are to compare."""
        row = await q.fetch_one(_ROWS, user_ids=list(user_ids))
        return sum(row) if row else 0

    async def discrepancies(self, q: Querier, user_ids: Sequence[UserId]) -> list[Discrepancy]:
        """What does not agree: each check is one statement, which sees one moment.

        Where the two rows of a pair lie on different servers it may see one before a change and one behind it. So what
        is found is looked for again, and told when it is there still.
        """
        told: list[Discrepancy] = []
        for (kind, relation), check in CHECKS.items():
            found = await q.fetch(check[False], user_ids=list(user_ids))
            if found:
                pairs = by_column(("user_id", "other_id"), {(row["user_id"], row["other_id"]) for row in found})
                found = await q.fetch(check[True], user_ids=list(set(pairs["user_id"])), **pairs)
            told += _told(kind, relation, found)
        return told


def _told(kind: Kind, relation: Relation, rows: Iterable[Any]) -> list[Discrepancy]:
    found: list[Discrepancy] = []
    for row in rows:
        differing = () if row["missing"] else tuple(name for name, wrong in list(row.items())[3:] if wrong)
        which = Kind.MIRROR_MISSING if row["missing"] else kind
        found.append(Discrepancy(which, relation, row["user_id"], row["other_id"], differing))
    return found
