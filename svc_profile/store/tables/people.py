"""Who the members are."""

from sqlalchemy import Boolean, Column, Index, Integer, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from svc_profile.store.tables.columns import metadata, moment

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
    moment("email_verified_at", nullable=True),
    Column("handle", Text, comment="handles is what keeps it unique"),
    Column("phone_number", Text, comment="E.164; proven to be the member's"),
    moment("created_at"),
    moment("updated_at"),
    moment("deleted_at", nullable=True),
    Column("parts_revision", Integer, nullable=False, server_default=text("0"), comment="0: there never was a part"),
    moment("shadow_ban_until", nullable=True),
    moment("suspended_until", nullable=True),
    moment("limited_until", nullable=True),
    Column("profile_audience", Text, nullable=False, server_default="everyone"),
    Column("connections_audience", Text, nullable=False, server_default="everyone"),
    Column("email_audience", Text, nullable=False, server_default="only_me"),
    Column("message_audience", Text, nullable=False, server_default="connections"),
    Column("viewer_mode", Text, nullable=False, server_default="named"),
    Column("discoverable", Boolean, nullable=False, server_default=text("true")),
    Column("traversable", Boolean, nullable=False, server_default=text("true")),
    Column("findable_by_contact", Boolean, nullable=False, server_default=text("false")),
    Column("field_audiences", JSONB, nullable=False, server_default=text("'{}'"), comment="by field, where set"),
    Column(
        "searchable_by",
        SmallInteger,
        nullable=False,
        server_default=text("0"),
        comment="version of the rules by which people_search has the member",
    ),
    Index("users_searchable_by", "searchable_by"),
)

handles = Table(
    "handles",
    metadata,
    Column("handle", Text, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    moment("since"),
    moment("redirects_until", nullable=True, comment="set where the member has another by now"),
    Index("handles_of_member", "user_id"),
    Index("handles_left", "redirects_until"),
)

open_to_work = Table(
    "open_to_work",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("told_to", Text, nullable=False),
    Column("wanted", JSONB, nullable=False),
)
