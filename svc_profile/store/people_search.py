"""The people_search table: by what members are found, kept in the transaction that changes what they show."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, cast, delete, select, update
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Querier, Transaction, constant, statement
from mesh.lexemes import quoted
from svc_profile.domain.career import Career
from svc_profile.domain.findable import VERSION, Findable
from svc_profile.domain.ids import UserId
from svc_profile.domain.privacy import Privacy
from svc_profile.domain.user import User
from svc_profile.store.career import career, career_column
from svc_profile.store.tables import people_search, users
from svc_profile.store.users import KNOWN, known

_p, _u = people_search.c, users.c
_READ = statement(
    select(*KNOWN, career_column(_u.user_id).label("career"))
    .where(_u.user_id == bindparam("user_id"), _u.deleted_at.is_(None))
    .with_for_update(of=users),
    name="SELECT what a member shows",
)
_new: dict[str, Any] = {
    "words": cast(bindparam("new_words", type_=Text), TSVECTOR),
    "tags": bindparam("new_tags", type_=ARRAY(BigInteger)),
    "split": bindparam("new_split"),
}
_PUT = statement(
    upsert(people_search)
    .values(user_id=bindparam("user_id"), near=bindparam("near"), **_new)
    .on_conflict_do_update(
        index_elements=[_p.user_id, _p.near],
        set_={name: getattr(upsert(people_search).excluded, name) for name in _new},
    )
)
_DROP_NEAR = statement(delete(people_search).where(_p.user_id == bindparam("user_id"), _p.near))
_FINDABLE = statement(update(users).where(_u.user_id == bindparam("user_id")).values(searchable_by=constant(VERSION)))
UNREAD = statement(
    select(_u.user_id).where(_u.searchable_by < constant(VERSION)).limit(bindparam("most")),
    name="SELECT unread members",
)


class Shown(NamedTuple):
    """What a search reads of a member."""

    user: User
    privacy: Privacy
    career: Career


class PeopleIndex:
    """Rows are written under the lock of the member."""

    async def read(self, tx: Transaction, user_ids: Iterable[UserId]) -> list[Shown]:
        """What members show, as this transaction sees it, locked in the order of their ids; those who left are not."""
        ordered = [{"user_id": user_id} for user_id in sorted(user_ids)]
        rows = await tx.fetch_each(_READ, ordered)
        found = [(*known(row), career(row["career"])) for row in rows]
        return [Shown(user, member.privacy, parts) for user, member, parts in found]

    def put(self, tx: Transaction, user_id: UserId, everyone: Findable, near: Findable | None) -> None:
        """By what all find a member, and those who are connected where that is more; with the commit."""
        split = near is not None
        if near is not None:
            tx.send(_PUT, user_id=user_id, near=True, new_split=True, **_columns(near))
        else:
            tx.send(_DROP_NEAR, user_id=user_id)
        tx.send(_PUT, user_id=user_id, near=False, new_split=split, **_columns(everyone))
        tx.send(_FINDABLE, user_id=user_id)

    async def unread(self, q: Querier, most: int) -> Sequence[UserId]:
        """Some of the members whom no search finds by the present rules."""
        return [row[0] for row in await q.fetch(UNREAD, most=most)]


def _columns(findable: Findable) -> dict[str, Any]:
    words = " ".join(map(quoted, sorted(findable.words)))
    return {"new_words": words, "new_tags": sorted(findable.tags)}
