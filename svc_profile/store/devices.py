"""The devices table: from where an account was signed in to before."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Transaction, kept, statement
from svc_profile.domain.ids import UserId
from svc_profile.store.tables import devices

_d = devices.c
_KNOWN = statement(
    select(func.count().label("all"), func.count().filter(_d.fingerprint == bindparam("digest")).label("this")).where(
        _d.user_id == bindparam("of_user")
    )
)
_seen = insert(devices).values(
    user_id=bindparam("of_user"),
    fingerprint=bindparam("digest"),
    first_seen_at=bindparam("at"),
    last_seen_at=bindparam("at"),
)
_SEEN = statement(
    _seen.on_conflict_do_update(
        index_elements=["user_id", "fingerprint"], set_={"last_seen_at": _seen.excluded.last_seen_at}
    )
)
SWEPT = kept(_d.last_seen_at, timedelta(days=400))
"""Devices that nobody signed in from for more than a year: they are new again."""


class Devices:
    """Remembers devices by fingerprint."""

    async def see(self, tx: Transaction, user_id: UserId, fingerprint: bytes, at: datetime) -> bool:
        """Remember a device; tells whether it is another one than the account is known to be signed in from."""
        row = await tx.fetch_one(_KNOWN, of_user=user_id, digest=fingerprint)
        tx.send(_SEEN, of_user=user_id, digest=fingerprint, at=at)
        return row is not None and row["all"] > 0 and row["this"] == 0
