"""The work_addresses table: hashes of addresses, each of which verifies one member."""

import hmac
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Transaction, kept, statement
from mesh.keys import derived_keys
from mesh.settings import Secret
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
    """The first to prove that they read the mail of an address has it until it ends.

    Without `secret` nobody finds out by trying which address a row is of. An address is taken under the key of before
    too: processes of before, and the rows they left, know it by that one.
    """

    def __init__(self, secret: Secret) -> None:
        self._keys = derived_keys(secret, "work-addresses")

    async def claim(self, tx: Transaction, email: str, user_id: UserId, now: datetime, end: datetime) -> bool:
        """Let a normalised address verify a member until `end`; False, to be rolled back, where it verifies another."""
        for key in self._keys:
            known_as = hmac.digest(key, email.encode(), "sha256")
            if not await tx.fetch_value(_CLAIM, address_hash=known_as, user_id=user_id, now=now, expires_at=end):
                return False
        return True
