"""How members prove who they are."""

from sqlalchemy import Column, Index, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import BYTEA

from svc_profile.store.tables.columns import metadata, moment

credentials = Table(
    "credentials",
    metadata,
    Column("email", Text, primary_key=True, comment="normalised: trimmed, lower case"),
    Column("user_id", Uuid, nullable=False),
    Column("password_hash", Text, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    moment("held_until", nullable=True, comment="the account moved away, and may come back until then"),
    Index("credentials_of_member", "user_id"),
    Index("credentials_held", "held_until", postgresql_where=text("held_until IS NOT NULL")),
)

sessions = Table(
    "sessions",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("session_id", Uuid, primary_key=True),
    moment("created_at"),
    moment("last_used_at"),
    moment("expires_at"),
    moment("revoked_at", nullable=True),
    Column("device_name", Text, nullable=False, server_default="", comment="what the member calls it"),
    Column("agent", Text, nullable=False, server_default="", comment="what the client says it is"),
    Column("network", Text, nullable=False, server_default="", comment="of the last use, without the address in it"),
    Index("sessions_end", "expires_at"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("session_id", Uuid, primary_key=True),
    Column("token_hash", BYTEA, primary_key=True, comment="SHA-256 of the token's secret"),
    moment("created_at"),
    moment("used_at", nullable=True),
    Column("used_from", BYTEA, comment="fingerprint of the client's network"),
    Column("successor", BYTEA, comment="sealed with this token's secret"),
    Index("refresh_tokens_age", "created_at"),
)

devices = Table(
    "devices",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("fingerprint", BYTEA, primary_key=True, comment="of kind and network"),
    moment("first_seen_at"),
    moment("last_seen_at"),
    Index("devices_age", "last_seen_at"),
)

mailed_tokens = Table(
    "mailed_tokens",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("token_hash", BYTEA, primary_key=True, comment="SHA-256 of the token's secret"),
    Column("purpose", Text, nullable=False),
    Column("email", Text, nullable=False, comment="where it was sent to"),
    Column("about", Text, nullable=False, server_default="", comment="what it is good for, beside the account"),
    moment("created_at"),
    moment("expires_at"),
    moment("used_at", nullable=True),
    Index("mailed_tokens_end", "expires_at"),
)

work_addresses = Table(
    "work_addresses",
    metadata,
    Column("address_hash", BYTEA, primary_key=True, comment="HMAC of the address"),
    Column("user_id", Uuid, nullable=False, comment="whom alone it verifies"),
    moment("expires_at"),
    Index("work_addresses_of_member", "user_id"),
    Index("work_addresses_end", "expires_at"),
)

phone_codes = Table(
    "phone_codes",
    metadata,
    Column("phone_number", Text, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    Column("code_hash", Text, nullable=False),
    Column("guesses", SmallInteger, nullable=False, server_default="0"),
    Column("sent", SmallInteger, nullable=False, comment="how often since `window_began_at`"),
    moment("window_began_at"),
    moment("expires_at"),
    Index("phone_codes_of_member", "user_id"),
    Index("phone_codes_end", "expires_at"),
)
