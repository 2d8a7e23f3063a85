"""Whom members found by their address books, for as long as it is good for suggestions.

A pair is two rows: in contact_matches of who has the book, in contact_holders of who is in it. So each side is read,
and ended, from rows of its own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ARRAY, Uuid, any_, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, Transaction, kept, statement
from svc_profile.domain.ids import UserId
from svc_profile.store.tables import contact_holders, contact_matches

_m, _h = contact_matches.c, contact_holders.c
_ME = bindparam("me", type_=Uuid)
_ids = bindparam("user_ids", type_=ARRAY(Uuid))
_until = bindparam("until", type_=_m.expires_at.type)
_REMEMBERED = statement(select(_m.other_id).where(_m.user_id == _ME), name="SELECT remembered contact matches")
_HOLDERS = statement(select(_h.other_id).where(_h.user_id == _ME), name="SELECT holders of a contact")
_COLUMNS = ["user_id", "other_id", "expires_at"]
_match = insert(contact_matches).from_select(_COLUMNS, select(_ME, func.unnest(_ids), _until))
_hold = insert(contact_holders).from_select(_COLUMNS, select(func.unnest(_ids), _ME, _until))
_ADD, _ADD_MIRROR = (
    statement(one.on_conflict_do_update(index_elements=_COLUMNS[:2], set_={"expires_at": one.excluded.expires_at}))
    for one in (_match, _hold)
)
_DROP, _DROP_MIRROR = (
    statement(delete(contact_matches).where(_m.user_id == _ME)),
    statement(delete(contact_holders).where(_h.user_id == any_(_ids), _h.other_id == _ME)),
)
_DROP_FOUND, _DROP_FOUND_MIRROR = (
    statement(delete(contact_matches).where(_m.user_id == any_(_ids), _m.other_id == _ME)),
    statement(delete(contact_holders).where(_h.user_id == _ME)),
)
CONTACT_MATCHES_SWEPT = tuple(kept(table.c.expires_at, timedelta(0)) for table in (contact_matches, contact_holders))


class ContactMatches:
    """A pair says that one has the other in an address book, not by which contact."""

    async def remembered(self, q: Querier, me: UserId) -> frozenset[UserId]:
        """Whom a member found: a bounded number."""
        return frozenset(row[0] for row in await q.fetch(_REMEMBERED, me=me))

    def add(self, tx: Transaction, me: UserId, user_ids: Sequence[UserId], until: datetime) -> None:
        """Remember whom a member found, each once, with the commit; one that is there is good for longer."""
        for one in (_ADD, _ADD_MIRROR):
            tx.send(one, me=me, user_ids=list(user_ids), until=until)

    async def drop(self, tx: Transaction, me: UserId) -> None:
        """Forget whom a member found, with the commit."""
        found = await self.remembered(tx, me)
        tx.send(_DROP_MIRROR, me=me, user_ids=list(found))
        tx.send(_DROP, me=me)

    async def drop_found(self, tx: Transaction, me: UserId) -> None:
        """Forget who found a member, with the commit."""
        holders = [row[0] for row in await tx.fetch(_HOLDERS, me=me)]
        tx.send(_DROP_FOUND, me=me, user_ids=holders)
        tx.send(_DROP_FOUND_MIRROR, me=me)
