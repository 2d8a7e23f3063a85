"""How much each erasure has erased, table by table: counted with the rows, so that no crash loses count."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from mesh.data import kept, statement

KEEP = timedelta(days=60)
"""Longer than any erasure takes: the leading service keeps the report."""

_metadata = sa.MetaData()
erased_rows = sa.Table(
    "erased_rows",
    _metadata,
    sa.Column("erasure_id", sa.Uuid, primary_key=True),
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("erased", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("erased_rows_age", "updated_at"),
)
_e = erased_rows.c
_new = insert(erased_rows).values({column.name: sa.bindparam(column.name) for column in _e})
COUNT = statement(
    _new.on_conflict_do_update(
        index_elements=[_e.erasure_id, _e.place],
        set_={"erased": _e.erased + _new.excluded.erased, "updated_at": _new.excluded.updated_at},
    )
)
COUNTED = statement(sa.select(_e.place, _e.erased).where(_e.erasure_id == sa.bindparam("erasure_id")))
ERASED_ROWS_SWEPT = kept(_e.updated_at, KEEP)


def erased_rows_table(metadata: sa.MetaData) -> None:
    """Add erased_rows to a service's metadata."""
    erased_rows.to_metadata(metadata)
