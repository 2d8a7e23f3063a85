"""What members are told of."""

from sqlalchemy import ARRAY, BigInteger, Column, Index, Integer, Table, Text, Uuid, text

from svc_messaging.store.tables.columns import metadata, moment

notifications = Table(
    "notifications",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("notification_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("actor_ids", ARRAY(Uuid), nullable=False, comment="latest first, ten at most"),
    Column("actor_count", Integer, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    moment("seen_at", nullable=True),
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
    moment("happened_at"),
    Index("notification_causes_latest", "user_id", "notification_id", "happened_at"),
    Index("notification_causes_age", "happened_at"),
    Index("notification_causes_mentions", "subject_id", postgresql_where=text("kind = 'mentioned'")),
)
