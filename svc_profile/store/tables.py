"""The tables of the profile service.

Every primary key carries the distribution column (`user_id`, or the key itself where a table has no member), so that
the same schema runs on one PostgreSQL and on a distributed one.
"""

from sqlalchemy import Boolean, Column, DateTime, Index, MetaData, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import BYTEA

from mesh.data import mesh_tables
from mesh.generations import fence_table

metadata = MetaData()
mesh_tables(metadata)
fence_table(metadata)


def _moment(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


users = Table(
    "users",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("headline", Text, nullable=False, server_default=""),
    Column("about", Text, nullable=False, server_default=""),
    Column("location", Text, nullable=False, server_default=""),
    Column("profile_picture_url", Text, nullable=False, server_default=""),
    Column("industry", Text, nullable=False, server_default=""),
    Column("email", Text, nullable=False, comment="shown to its owner; credentials is what keeps it unique"),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("deleted_at", nullable=True),
    Column("standing", Text, nullable=False, server_default="none"),
    Column("profile_audience", Text, nullable=False, server_default="everyone"),
    Column("connections_audience", Text, nullable=False, server_default="everyone"),
    Column("email_audience", Text, nullable=False, server_default="only_me"),
    Column("message_audience", Text, nullable=False, server_default="connections"),
    Column("viewer_mode", Text, nullable=False, server_default="named"),
    Column("discoverable", Boolean, nullable=False, server_default=text("true")),
)

credentials = Table(
    "credentials",
    metadata,
    Column("email", Text, primary_key=True, comment="normalised: trimmed, lower case"),
    Column("user_id", Uuid, nullable=False),
    Column("password_hash", Text, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("session_id", Uuid, primary_key=True),
    _moment("created_at"),
    _moment("last_used_at"),
    _moment("expires_at"),
    _moment("revoked_at", nullable=True),
    Index("sessions_end", "expires_at"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("session_id", Uuid, primary_key=True),
    Column("token_hash", BYTEA, primary_key=True, comment="SHA-256 of the token's secret"),
    _moment("created_at"),
    _moment("used_at", nullable=True),
    Column("used_from", BYTEA, comment="fingerprint of the client's network"),
    Column("successor", BYTEA, comment="sealed with this token's secret"),
    Index("refresh_tokens_age", "created_at"),
)

connections = Table(
    "connections",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("connected_user_id", Uuid, primary_key=True),
    Column("status", Text, nullable=False),
    Column("requested_by", Uuid),
    Column("note", Text, nullable=False, server_default=""),
    _moment("created_at", nullable=True),
    _moment("updated_at", nullable=True),
    _moment("accepted_at", nullable=True),
    Index(
        "connections_accepted",
        "user_id",
        "accepted_at",
        "connected_user_id",
        postgresql_where=text("status = 'accepted'"),
    ),
    Index("connections_pending", "user_id", "created_at", postgresql_where=text("status = 'pending'")),
)

blocks = Table(
    "blocks",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("other_id", Uuid, primary_key=True),
    Column("blocked_by", Uuid, nullable=False, comment="one of the two"),
    _moment("blocked_at"),
)

connection_history = Table(
    "connection_history",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("connected_user_id", Uuid, primary_key=True),
    Column("change_id", Uuid, primary_key=True, comment="the same on both members' copies"),
    Column("from_status", Text, nullable=False),
    Column("to_status", Text, nullable=False),
    Column("actor_id", Uuid, nullable=False),
    _moment("changed_at"),
)
