"""The tables of the messaging service.

Rows of a conversation are spread by `conversation_id`, those of a member by `user_id`; the first column of every
primary key is the distribution column. A pair of members finds its conversation through `direct_conversations`.
"""

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, DateTime, Index, Integer, MetaData, Table, Text, Uuid, text

from mesh.data import mesh_tables
from mesh.privacy import erased_rows_table

metadata = MetaData()
mesh_tables(metadata)
erased_rows_table(metadata)


def _moment(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


conversations = Table(
    "conversations",
    metadata,
    Column("conversation_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("participant_ids", ARRAY(Uuid), nullable=False, comment="ascending; nobody joins or leaves"),
    Column("last_sequence", BigInteger, nullable=False, server_default="0"),
    _moment("created_at"),
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
    _moment("muted_until", nullable=True),
    Index("user_conversations_activity", "user_id", "last_activity", "conversation_id"),
)

messages = Table(
    "messages",
    metadata,
    Column("conversation_id", Uuid, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", Uuid, nullable=False),
    Column("sender_id", Uuid, nullable=False),
    Column("client_message_id", Text, nullable=False),
    Column("content", Text, nullable=False),
    _moment("created_at"),
    _moment("deleted_at", nullable=True),
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

notifications = Table(
    "notifications",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("notification_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("actor_ids", ARRAY(Uuid), nullable=False, comment="latest first, ten at most"),
    Column("actor_count", Integer, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("seen_at", nullable=True),
    Index(
        "notifications_gathered",
        "user_id",
        "kind",
        "subject_id",
        unique=True,
        postgresql_where=text("seen_at IS NULL"),
    ),
    Index("notifications_latest", "user_id", "updated_at", "notification_id"),
    Index("notifications_age", "updated_at"),
)

notification_causes = Table(
    "notification_causes",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("subject_id", Uuid, primary_key=True),
    Column("cause_id", Uuid, primary_key=True, comment="the request, the message, the reaction"),
    Column("notification_id", Uuid, nullable=False),
    Column("actor_id", Uuid, nullable=False),
    Column("position", BigInteger, nullable=False, comment="for causes that end up to a place"),
    _moment("happened_at"),
    Index("notification_causes_latest", "user_id", "notification_id", "happened_at"),
    Index("notification_causes_age", "happened_at"),
    Index("notification_causes_mentions", "subject_id", postgresql_where=text("kind = 'mentioned'")),
)
