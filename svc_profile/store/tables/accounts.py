"""How members prove who they are."""

from sqlalchemy import Column, Index, Table, Text, Uuid
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
