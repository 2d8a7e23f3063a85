"""Fingerprints of texts published lately, found by their bands."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, Transaction, statement
from svc_feed.domain.ids import UserId
from svc_feed.domain.safety.simhash import Alike, bands_of
from svc_feed.store.tables import fingerprints

KEPT = timedelta(days=2)
LATELY = timedelta(days=1)
_MOST = 1_000
"""Rows of texts that share a band with another and are compared with it, the newest first."""

_f = fingerprints.c
NEAR = statement(
    select(_f.content_id, _f.author_id, _f.fingerprint)
    .where(
        _f.band == any_(bindparam("bands", type_=ARRAY(BigInteger))),
        _f.created_at > bindparam("since"),
        _f.content_id != bindparam("but"),
    )
    .order_by(_f.content_id.desc())
    .limit(bindparam("most"))
)
_made = insert(fingerprints).values({column.name: bindparam(column.name) for column in _f})
_PUT = statement(
    _made.on_conflict_do_update(
        index_elements=[_f.band, _f.content_id],
        set_={"fingerprint": _made.excluded.fingerprint, "created_at": _made.excluded.created_at},
    )
)
_SIGN = 1 << 63


class FingerprintRepository:
    """A text has a row for each band; those it had before an edit stay until they are swept."""

    async def lately(self, q: Querier, fingerprint: int, now: datetime, *, but: UUID) -> list[Alike]:
        """Texts of the last day that may be nearly the same, but for one."""
        rows = await q.fetch(NEAR, bands=bands_of(fingerprint), since=now - LATELY, but=but, most=_MOST)
        found = {row["content_id"]: Alike(row["author_id"], row["fingerprint"] + _SIGN) for row in rows}
        return [*found.values()]

    def add(self, tx: Transaction, author: UserId, content_id: UUID, fingerprint: int, at: datetime) -> None:
        """Store the fingerprint of a text; with the commit."""
        for band in bands_of(fingerprint):
            row = {"author_id": author, "content_id": content_id, "fingerprint": fingerprint - _SIGN}
            tx.send(_PUT, **row, band=band, created_at=at)
