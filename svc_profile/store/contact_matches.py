"""The contact_matches table: whom members found by their address books, for as long as it is good for suggestions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ARRAY, Uuid, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, Transaction, kept, statement
from svc_profile.domain.ids import UserId
from svc_profile.store.tables import contact_matches, users

_m = contact_matches.c
_ME = bindparam("me", type_=Uuid)
_ids = bindparam("user_ids", type_=ARRAY(Uuid))
_REMEMBERED = statement(select(_m.other_id).where(_m.user_id == _ME), name="SELECT remembered contact matches")
_add = insert(contact_matches).from_select(
    ["user_id", "other_id", "expires_at"],
    select(_ME, func.unnest(_ids), bindparam("until", type_=_m.expires_at.type)),
)
_ADD = statement(
    _add.on_conflict_do_update(index_elements=[_m.user_id, _m.other_id], set_={"expires_at": _add.excluded.expires_at})
)
_DROP = statement(delete(contact_matches).where(_m.user_id == _ME))
_DROP_FOUND = statement(delete(contact_matches).where(_m.other_id == _ME))
_good = _m.expires_at > bindparam("now", type_=_m.expires_at.type)
_holder, _found = users.alias("holder"), users.alias("found")
_ACQUAINTED = statement(
    select(_m.other_id)
    .join(_found, _found.c.user_id == _m.other_id)
    .where(_m.user_id == _ME, _good, _found.c.findable_by_contact)
    .union_all(
        select(_m.user_id)
        .join(_holder, _holder.c.user_id == _m.user_id)
        .join(_found, _found.c.user_id == _m.other_id)
        .where(_m.other_id == _ME, _good, _holder.c.findable_by_contact, _found.c.findable_by_contact)
    )
    .limit(bindparam("most")),
    name="SELECT contact matches",
)
CONTACT_MATCHES_SWEPT = kept(_m.expires_at, timedelta(0))


class ContactMatches:
    """A pair says that one has the other in an address book, not by which contact; the settings of now are asked."""

    async def remembered(self, q: Querier, me: UserId) -> frozenset[UserId]:
        """Whom a member found: a bounded number."""
        return frozenset(row[0] for row in await q.fetch(_REMEMBERED, me=me))

    def add(self, tx: Transaction, me: UserId, user_ids: Sequence[UserId], until: datetime) -> None:
        """Remember whom a member found, each once, with the commit; one that is there is good for longer."""
        tx.send(_ADD, me=me, user_ids=list(user_ids), until=until)

    def drop(self, tx: Transaction, me: UserId) -> None:
        """Forget whom a member found, with the commit."""
        tx.send(_DROP, me=me)

    def drop_found(self, tx: Transaction, me: UserId) -> None:
        """Forget who found a member, with the commit."""
        tx.send(_DROP_FOUND, me=me)

    async def acquainted(self, q: Querier, me: UserId, now: datetime, most: int) -> frozenset[UserId]:
        """Some whom a member found, and who found them where both want to be found."""
        return frozenset(row[0] for row in await q.fetch(_ACQUAINTED, me=me, now=now, most=most))
