"""The canaries table: accounts that nobody has."""

from typing import Any

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Listing, Querier, Transaction, constant, keyset, statement
from svc_profile.domain.canaries import MOST, Canary
from svc_profile.domain.ids import UserId
from svc_profile.store.tables import canaries

_c = canaries.c
_FIELDS = (_c.user_id, _c.operator, _c.created_at)
_ADD = statement(
    upsert(canaries)
    .values({column.name: bindparam(column.name) for column in _FIELDS})
    .on_conflict_do_nothing(index_elements=[_c.user_id])
)
_FIND = statement(select(*_FIELDS).where(_c.user_id == bindparam("user_id")))
_DROP = statement(delete(canaries).where(_c.user_id == bindparam("user_id")).returning(_c.user_id))
_ALL = statement(select(_c.user_id).limit(constant(MOST)), name="SELECT canaries")
_COUNT = statement(select(func.count()).select_from(canaries))
LISTED = keyset(select(*_FIELDS), _c.user_id.desc())


class CanaryRepository:
    """Few rows, which every process reads as a whole."""

    async def find(self, q: Querier, user_id: UserId) -> Canary | None:
        """One of them."""
        row = await q.fetch_one(_FIND, user_id=user_id)
        return _canary(row) if row else None

    def add(self, tx: Transaction, canary: Canary) -> None:
        """One more, with the commit."""
        tx.send(_ADD, user_id=canary.user_id, operator=canary.operator, created_at=canary.created_at)

    async def drop(self, tx: Transaction, user_id: UserId) -> bool:
        """Whether it was one until now."""
        return await tx.fetch_one(_DROP, user_id=user_id) is not None

    async def count(self, q: Querier) -> int:
        """How many there are."""
        return await q.fetch_value(_COUNT)

    async def ids(self, q: Querier) -> frozenset[UserId]:
        """All of them."""
        return frozenset(UserId(row[0]) for row in await q.fetch(_ALL))

    def latest(self, q: Querier) -> Listing[Canary]:
        """The latest accounts first."""
        return LISTED.of(q, _canary)


def _canary(row: Any) -> Canary:
    return Canary(row["user_id"], row["operator"], row["created_at"])
