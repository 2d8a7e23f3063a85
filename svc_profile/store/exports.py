"""The exports table: who may fetch an archive, until when."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from mesh.data import Querier, Record, Transaction, constant, kept, statement
from svc_profile.domain.export import Export
from svc_profile.domain.ids import UserId
from svc_profile.store.tables import exports

_x = exports.c
_FIELDS = (_x.user_id, _x.export_id, _x.created_at, _x.expires_at)
_OPEN = (_x.user_id == bindparam("of_user"), _x.expires_at > bindparam("now"))
_FIND = statement(select(*_FIELDS).where(*_OPEN, _x.export_id == bindparam("of_export")))
_NEWEST = statement(select(*_FIELDS).where(*_OPEN).order_by(_x.export_id.desc()).limit(constant(1)))
_INSERT = statement(insert(exports).values({column.name: bindparam(column.name) for column in _FIELDS}))
EXPORTS_SWEPT = kept(_x.expires_at, timedelta(days=30))


class ExportRepository:
    """Loads and adds exports; those that have expired are not found."""

    async def find(self, q: Querier, user_id: UserId, export_id: UUID, now: datetime) -> Export | None:
        """One export of a member."""
        row = await q.fetch_one(_FIND, of_user=user_id, of_export=export_id, now=now)
        return _export(row) if row else None

    async def newest(self, q: Querier, user_id: UserId, now: datetime) -> Export | None:
        """The last export that a member opened."""
        row = await q.fetch_one(_NEWEST, of_user=user_id, now=now)
        return _export(row) if row else None

    def add(self, tx: Transaction, export: Export) -> None:
        """Store a new export, with the commit."""
        tx.send(
            _INSERT,
            user_id=export.user_id,
            export_id=export.id,
            created_at=export.created_at,
            expires_at=export.expires_at,
        )


def _export(row: Record) -> Export:
    return Export(*row)
