"""The blocks table: two mirrored rows a block, so that each side's check reads rows of its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select

from mesh.data import Listing, Querier, Transaction, keyset, statement
from svc_profile.domain.connection import Pair
from svc_profile.domain.ids import UserId
from svc_profile.store.dated import Dated
from svc_profile.store.tables import blocks

_b = blocks.c
_MINE = (
    _b.user_id == bindparam("me"),
    _b.other_id == bindparam("other"),
    _b.blocked_by == bindparam("by"),
)
_SINCE = statement(select(_b.blocked_at).where(*_MINE))
_ADD = statement(
    insert(blocks).values(
        user_id=bindparam("me"), other_id=bindparam("other"), blocked_by=bindparam("by"), blocked_at=bindparam("at")
    )
)
_DROP = statement(delete(blocks).where(*_MINE))
_NEWEST = keyset(
    select(_b.other_id, _b.blocked_at).where(_b.user_id == bindparam("me"), _b.blocked_by == _b.user_id),
    _b.blocked_at.desc(),
    _b.other_id.desc(),
)


class BlockRepository:
    """Blocks of one pair are changed under the lock of its connection; there is one at a time."""

    async def since(self, q: Querier, blocker: UserId, other: UserId) -> datetime | None:
        """When a member blocked another; None when they do not."""
        return await q.fetch_value(_SINCE, me=blocker, other=other, by=blocker)

    async def add(self, tx: Transaction, pair: Pair, blocker: UUID, at: datetime) -> None:
        """Block the other of a pair."""
        for me, other in (pair, pair[::-1]):
            await tx.execute(_ADD, me=me, other=other, by=blocker, at=at)

    async def drop(self, tx: Transaction, pair: Pair, blocker: UserId) -> bool:
        """Lift a block; tells whether there was one."""
        dropped = [await tx.execute(_DROP, me=me, other=other, by=blocker) for me, other in (pair, pair[::-1])]
        return any(dropped)

    def newest(self, q: Querier, me: UserId) -> Listing[Dated]:
        """A member's own blocks, newest first."""
        return _NEWEST.of(q, lambda row: Dated(*row), me=me)
