"""What operators decided, and did."""

from sqlalchemy import Column, Index, Table, Text, Uuid, text

from svc_profile.store.tables.columns import metadata, moment

decisions = Table(
    "decisions",
    metadata,
    Column("user_id", Uuid, primary_key=True, comment="whom it is about"),
    Column("decision_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("operator", Text, nullable=False),
    Column("reason", Text, nullable=False, comment="for operators"),
    Column("explanation", Text, nullable=False, comment="for the member"),
    moment("created_at"),
    moment("expires_at", nullable=True),
    moment("ended_at", nullable=True),
    moment("forget_at", nullable=True),
    Column("content_kind", Text),
    Column("content_id", Uuid),
    Column("content_parent_id", Uuid),
    Column("flag_id", Uuid),
    Index("decisions_expire", "expires_at", postgresql_where=text("ended_at IS NULL AND expires_at IS NOT NULL")),
    Index("decisions_forget", "forget_at"),
)

operator_actions = Table(
    "operator_actions",
    metadata,
    Column("subject_id", Uuid, primary_key=True, comment="the member it concerns, or the content without an author"),
    Column("action_id", Uuid, primary_key=True),
    Column("user_id", Uuid),
    Column("operator", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("target_id", Uuid, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    moment("created_at"),
    Index("operator_actions_newest", "action_id", "subject_id"),
    Index("operator_actions_age", "created_at"),
)
