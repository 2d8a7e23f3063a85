"""What lies between members."""

from sqlalchemy import Column, Index, Table, Text, Uuid, text

from svc_profile.store.tables.columns import metadata, moment

connections = Table(
    "connections",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("connected_user_id", Uuid, primary_key=True),
    Column("status", Text, nullable=False),
    Column("requested_by", Uuid),
    Column("note", Text, nullable=False, server_default=""),
    moment("created_at", nullable=True),
    moment("updated_at", nullable=True),
    moment("accepted_at", nullable=True),
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
    moment("blocked_at"),
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
    moment("changed_at"),
)
