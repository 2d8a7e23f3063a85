"""Who asked for a copy of everything, and who left."""

from sqlalchemy import Column, Index, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import BYTEA

from svc_profile.store.tables.columns import metadata, moment

exports = Table(
    "exports",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("export_id", Uuid, primary_key=True),
    moment("created_at"),
    moment("expires_at"),
    Index("exports_end", "expires_at"),
)

erasures = Table(
    "erasures",
    metadata,
    Column("erasure_id", Uuid, primary_key=True),
    Column("user_id", Uuid, comment="until it is confirmed, or called off"),
    Column("receipt_hash", BYTEA, nullable=False, comment="SHA-256 of the receipt's secret"),
    Column("state", Text, nullable=False),
    moment("requested_at"),
    moment("erase_after"),
    moment("due_at", nullable=True, comment="when somebody is to work on it"),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    moment("erased_at", nullable=True),
    Index("erasures_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    Index("erasures_of_member", "user_id", postgresql_where=text("user_id IS NOT NULL")),
    Index("erasures_age", "requested_at"),
)

erasure_steps = Table(
    "erasure_steps",
    metadata,
    Column("erasure_id", Uuid, primary_key=True),
    Column("service", Text, primary_key=True),
    Column("rounds", SmallInteger, nullable=False, comment="how often it has erased everything"),
    Column("places", Text, nullable=False, comment="what became of the data in each place, as JSON"),
    moment("finished_at"),
    Index("erasure_steps_age", "finished_at"),
)
