"""What members reported, what is suspected, what operators decided and did."""

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY

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

reports = Table(
    "reports",
    metadata,
    Column("reporter_id", Uuid, primary_key=True),
    Column("subject_id", Uuid, primary_key=True, comment="the reported content, or member"),
    Column("report_id", Uuid, nullable=False),
    Column("user_id", Uuid),
    Column("content_kind", Text),
    Column("content_id", Uuid),
    Column("content_parent_id", Uuid),
    Column("flag_id", Uuid, nullable=False),
    Column("reason", Text, nullable=False),
    Column("comment", Text, nullable=False, server_default=""),
    moment("created_at"),
    Index("reports_of_flag", "flag_id", "report_id"),
    Index("reports_newest", "reporter_id", "report_id", unique=True),
    Index("reports_age", "created_at"),
)

flags = Table(
    "flags",
    metadata,
    Column("subject_id", Uuid, primary_key=True, comment="the suspected content, or member"),
    Column("flag_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("user_id", Uuid),
    Column("content_kind", Text),
    Column("content_id", Uuid),
    Column("content_parent_id", Uuid),
    Column("score", Integer, nullable=False),
    Column("report_count", Integer, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("labels", ARRAY(Text), nullable=False),
    Column("signal_labels", ARRAY(Text), nullable=False, server_default="{}", comment="of detectors"),
    Column("assignee", Text, nullable=False),
    Column("resolution", Text),
    Column("note", Text, nullable=False),
    Column("resolved_by", Text, nullable=False),
    moment("created_at"),
    moment("resolved_at", nullable=True),
    moment("forget_at", nullable=True),
    moment("signal_until", nullable=True),
    Index("flags_open", "subject_id", "kind", unique=True, postgresql_where=text("resolution IS NULL")),
    Index("flags_surest", "score", "flag_id", "subject_id"),
    Index("flags_found", "flag_id"),
    Index("flags_forget", "forget_at"),
)

canaries = Table(
    "canaries",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("operator", Text, nullable=False),
    moment("created_at"),
)

appeals = Table(
    "appeals",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("decision_id", Uuid, primary_key=True),
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("resolved_by", Text, nullable=False),
    moment("created_at"),
    moment("resolved_at", nullable=True),
    Index("appeals_oldest", "state", "created_at", "user_id", "decision_id"),
    Index("appeals_age", "resolved_at"),
)
