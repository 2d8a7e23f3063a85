"""The tables of the mesh in every service's database; each primary key starts with a column rows can be spread by."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    text,
)

OUTBOX_BUCKETS = 16
"""Relays share the outbox by bucket; events of one key are in one bucket, in order."""

_metadata = MetaData()


def _moment() -> DateTime:
    return DateTime(timezone=True)


outbox = Table(
    "outbox",
    _metadata,
    Column("bucket", SmallInteger, primary_key=True, autoincrement=False),
    # Taken while the transaction holds its row locks, so events of one key are numbered in the order of their commits.
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("subject", Text, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("created_at", _moment(), nullable=False, server_default=func.now()),
    Column("published_at", _moment()),
    Index("outbox_unpublished", "bucket", "id", postgresql_where=text("published_at IS NULL")),
    Index("outbox_published", "published_at", postgresql_where=text("published_at IS NOT NULL")),
)

outbox_lease = Table(
    "outbox_lease",
    _metadata,
    Column("bucket", SmallInteger, primary_key=True, autoincrement=False),
    Column("owner", Text, nullable=False),
    Column("expires_at", _moment(), nullable=False),
)

inbox = Table(
    "inbox",
    _metadata,
    Column("consumer", Text, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("received_at", _moment(), nullable=False, server_default=func.now()),
    Index("inbox_received", "received_at"),
)

idempotency_keys = Table(
    "idempotency_keys",
    _metadata,
    Column("caller", Text, primary_key=True),
    Column("method", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("reply", LargeBinary),
    Column("created_at", _moment(), nullable=False, server_default=func.now()),
    Index("idempotency_keys_created", "created_at"),
)


def mesh_tables(metadata: MetaData) -> None:
    """Add outbox, outbox_lease, inbox and idempotency_keys to a service's metadata."""
    for table in _metadata.sorted_tables:
        table.to_metadata(metadata)
