"""Who looked at whom."""

from sqlalchemy import Column, Date, DateTime, Index, Integer, Table, Text, Uuid

from svc_profile.store.tables.columns import metadata, moment

profile_views = Table(
    "profile_views",
    metadata,
    Column("owner_id", Uuid, primary_key=True, comment="whose profile it is"),
    Column("view_id", Uuid, primary_key=True),
    Column("viewer_id", Uuid, comment="none of who did not look by name"),
    Column("occupation_id", Uuid, comment="of the taxonomy; of who looked by their occupation"),
    Column("surface", Text, nullable=False, server_default=""),
    Column("day", Date, nullable=False, comment="in UTC"),
    moment("viewed_at"),
    Index("profile_views_once", "owner_id", "viewer_id", "day", unique=True),
    Index("profile_views_age", "viewed_at"),
)

search_appearances = Table(
    "search_appearances",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("day", DateTime(timezone=True), primary_key=True, comment="its beginning in UTC"),
    Column("times", Integer, nullable=False),
    Index("search_appearances_age", "day"),
)
