"""Who talks with whom, and how each member has it."""

from sqlalchemy import ARRAY, BigInteger, Column, DateTime, Index, Integer, Table, Text, Uuid

from svc_messaging.store.tables.columns import metadata, moment

conversations = Table(
    "conversations",
    metadata,
    Column("conversation_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("participant_ids", ARRAY(Uuid), nullable=False, comment="ascending; nobody joins or leaves"),
    Column("last_sequence", BigInteger, nullable=False, server_default="0"),
    moment("created_at"),
)

direct_conversations = Table(
    "direct_conversations",
    metadata,
    Column("user_lo", Uuid, primary_key=True),
    Column("user_hi", Uuid, primary_key=True),
    Column("conversation_id", Uuid, nullable=False),
)

user_conversations = Table(
    "user_conversations",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("conversation_id", Uuid, primary_key=True),
    Column("last_activity", DateTime(timezone=True), nullable=False, comment="its last message, or its beginning"),
    Column("last_sequence", BigInteger, nullable=False, server_default="0"),
    Column("unread_count", Integer, nullable=False, server_default="0", comment="messages of others, not read"),
    Column("last_read_sequence", BigInteger, nullable=False, server_default="0"),
    moment("muted_until", nullable=True),
    Index("user_conversations_activity", "user_id", "last_activity", "conversation_id"),
)
