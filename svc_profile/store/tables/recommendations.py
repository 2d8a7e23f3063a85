"""What members write about each other."""

from sqlalchemy import Column, Index, Table, Text, Uuid, text

from svc_profile.store.tables.columns import metadata, moment

recommendations = Table(
    "recommendations",
    metadata,
    Column("recipient_id", Uuid, primary_key=True),
    Column("author_id", Uuid, primary_key=True),
    Column("state", Text, nullable=False),
    Column("relationship", Text, nullable=False),
    Column("position_id", Uuid, comment="of the recipient"),
    Column("text", Text, nullable=False),
    Column("note", Text, nullable=False, comment="by the recipient, for the author"),
    moment("created_at"),
    moment("written_at", nullable=True),
    Index("recommendations_shown", "recipient_id", "written_at", "author_id", postgresql_where=text("state = 'shown'")),
    Index("recommendations_received", "recipient_id", "created_at", "author_id"),
)

recommendations_given = Table(
    "recommendations_given",
    metadata,
    Column("author_id", Uuid, primary_key=True),
    Column("recipient_id", Uuid, primary_key=True),
    moment("created_at"),
    Index("recommendations_given_newest", "author_id", "created_at", "recipient_id"),
)
