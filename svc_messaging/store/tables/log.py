"""The log of each member: what changed of what they have."""

from sqlalchemy import BigInteger, Column, Index, Table, Uuid

from svc_messaging.store.tables.columns import metadata

change_logs = Table(
    "change_logs",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("last_change", BigInteger, nullable=False),
)

changes = Table(
    "changes",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("change", BigInteger, primary_key=True, autoincrement=False),
    Column("conversation_id", Uuid, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Index("changes_of_messages", "user_id", "conversation_id", "sequence", unique=True),
)
