"""The work_addresses table: hashes of addresses, each of which verifies one member."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Transaction, kept, statement
from svc_profile.domain.ids import UserId
from svc_profile.store.tables import work_addresses

_w = work_addresses.c
_put = insert(work_addresses).values(
    address_hash=bindparam("address_hash"), user_id=bindparam("user_id"), expires_at=bindparam("expires_at")
)
_CLAIM = statement(
    _put.on_conflict_do_update(
        index_elements=["address_hash"],
        set_={"user_id": _put.excluded.user_id, "expires_at": _put.excluded.expires_at},
        where=or_(_w.user_id == _put.excluded.user_id, _w.expires_at <= bindparam("now")),
    ).returning(_w.user_id)
)
SWEPT = kept(_w.expires_at, timedelta(0))
"""Addresses that verify nobody any more."""


class WorkAddresses:
    """The first to prove that they read the mail of an address has it until it ends."""

    async def claim(self, tx: Transaction, address_hash: bytes, user_id: UserId, now: datetime, end: datetime) -> bool:
        """Let an address verify a member until `end`; False where it verifies another one."""
        found = await tx.fetch_value(_CLAIM, address_hash=address_hash, user_id=user_id, now=now, expires_at=end)
        return found is not None
