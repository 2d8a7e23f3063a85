"""What was said."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Table, Text, Uuid

from svc_messaging.store.tables.columns import metadata, moment

messages = Table(
    "messages",
    metadata,
    Column("conversation_id", Uuid, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", Uuid, nullable=False),
    Column("sender_id", Uuid, nullable=False),
    Column("client_message_id", Text, nullable=False),
    Column("content", Text, nullable=False),
    moment("created_at"),
    moment("deleted_at", nullable=True),
    Column("removed", Boolean, nullable=False, server_default="false", comment="moderation took it down"),
    Column("moderated_at", DateTime(timezone=True), comment="the decision that says so: older ones come too late"),
    Index("messages_sent", "conversation_id", "sender_id", "client_message_id", unique=True),
    Index("messages_by_id", "conversation_id", "message_id", unique=True),
)

hidden_messages = Table(
    "hidden_messages",
    metadata,
    Column("conversation_id", Uuid, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", Uuid, primary_key=True, comment="who is shown its place only"),
)
