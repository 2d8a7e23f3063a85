"""All that a viewer has to do with others, read at once for those who have not too much of it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Column, Table, Uuid, any_, bindparam, func, select

from mesh.data import Querier, constant, statement
from svc_profile.domain.access import Tie
from svc_profile.domain.connection import Status
from svc_profile.domain.ids import UserId
from svc_profile.store.tables import audience_list_members, blocks, connections, follows, mutes, users
from svc_profile.store.users import ALIVE

MOST = 2_000
"""Ties of one kind in a book; who has more is asked about pair by pair."""
LISTED = 2 * max(one.value for one in Tie)
"""Beside the numbers of ties: the viewer is on some list of the other, which is read when it is asked for."""
_ID = 16  # octets

_c, _b, _f, _m, _l = connections.c, blocks.c, follows.c, mutes.c, audience_list_members.c


def _joined(table: Table, ids: "Column[Any]", *which: Any) -> Any:
    """The ids of one viewer's rows, octet behind octet, and of one more than a book has at most."""
    rows = select(ids.label("id")).where(table.c.user_id == users.c.user_id, *which).limit(constant(MOST + 1))
    some = rows.correlate(users).subquery()
    return select(func.string_agg(func.uuid_send(some.c.id), constant(""))).select_from(some).scalar_subquery()


_KINDS: Mapping[int, Any] = {
    Tie.CONNECTED.value: _joined(connections, _c.connected_user_id, _c.status == constant(Status.ACCEPTED.value)),
    Tie.BLOCKED.value: _joined(blocks, _b.other_id),
    Tie.FOLLOWING.value: _joined(follows, _f.other_id, _f.outgoing),
    Tie.MUTED.value: _joined(mutes, _m.muted_id),
    LISTED: _joined(audience_list_members, _l.other_id, ~_l.owned),
}
_BOOKS = statement(
    select(users.c.user_id, *_KINDS.values()).where(
        users.c.user_id == any_(bindparam("user_ids", type_=ARRAY(Uuid))), ALIVE
    ),
    name="SELECT books",
)


class Book(NamedTuple):
    """What lies between a viewer and others, by the octets of their ids: numbers of ties; None where it is too much."""

    there: bool = False
    ties: Mapping[bytes, int] | None = {}


NOBODY = Book()


class BookRepository:
    """Reads books of viewers."""

    async def of(self, q: Querier, viewers: Sequence[UserId]) -> dict[UserId, Book]:
        """A book for each; those who left, or never were, are not there."""
        found = dict.fromkeys(viewers, NOBODY)
        for user_id, *kinds in await q.fetch(_BOOKS, user_ids=list(viewers)):
            found[user_id] = Book(there=True, ties=_ties(kinds))
        return found


def _ties(kinds: Sequence[bytes | None]) -> Mapping[bytes, int] | None:
    ties: dict[bytes, int] = {}
    for kind, joined in zip(_KINDS, kinds, strict=True):
        octets = joined or b""
        if len(octets) > MOST * _ID:
            return None
        for at in range(0, len(octets), _ID):
            other = octets[at : at + _ID]
            ties[other] = ties.get(other, 0) | kind
    return ties
