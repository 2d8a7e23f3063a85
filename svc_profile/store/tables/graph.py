"""What lies between members."""

from sqlalchemy import Boolean, Column, Index, Table, Text, Uuid, text

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
    Index("connections_open", "user_id", "created_at", postgresql_where=text("status IN ('ignored', 'pending')")),
    Index("connections_due", "created_at", postgresql_where=text("status IN ('ignored', 'pending')")),
)

blocks = Table(
    "blocks",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("other_id", Uuid, primary_key=True),
    Column("blocked_by", Uuid, nullable=False, comment="one of the two"),
    moment("blocked_at"),
    Index("blocks_newest", "user_id", "blocked_at", "other_id"),
)

follows = Table(
    "follows",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("other_id", Uuid, primary_key=True),
    Column("outgoing", Boolean, primary_key=True, comment="user_id follows other_id; otherwise is followed by them"),
    Column("chosen", Boolean, nullable=False, comment="asked for; otherwise it came with the connection"),
    moment("followed_at"),
    Index("follows_newest", "user_id", "outgoing", "followed_at", "other_id"),
)

mutes = Table(
    "mutes",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("muted_id", Uuid, primary_key=True),
    moment("muted_at"),
    Index("mutes_newest", "user_id", "muted_at", "muted_id"),
    Index("mutes_of_member", "muted_id"),
)

suggestion_dismissals = Table(
    "suggestion_dismissals",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("dismissed_id", Uuid, primary_key=True),
    moment("dismissed_at"),
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
    Column("asked_by", Uuid, comment="who had asked before the step"),
    Index("connection_history_newest", "user_id", "change_id", "connected_user_id"),
    Index("connection_history_age", "changed_at"),
)

audience_lists = Table(
    "audience_lists",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("list_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    moment("created_at"),
)

audience_list_members = Table(
    "audience_list_members",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("other_id", Uuid, primary_key=True),
    Column("list_id", Uuid, primary_key=True),
    Column("owned", Boolean, nullable=False, comment="the list is of user_id and other_id is on it; or the other way"),
    moment("added_at"),
    Index(
        "audience_list_members_newest",
        "user_id",
        "list_id",
        "added_at",
        "other_id",
        postgresql_where=text("owned"),
    ),
)
