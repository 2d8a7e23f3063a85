"""Verified addresses and phone numbers, devices of sessions, tokens that are mailed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False, comment: str | None = None) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, comment=comment)


def upgrade() -> None:
    """Add columns, tables."""
    op.add_column("users", _moment("email_verified_at", nullable=True))
    op.add_column(
        "users", sa.Column("phone_number", sa.Text(), nullable=True, comment="E.164; proven to be the member's")
    )
    op.add_column(
        "credentials",
        _moment("held_until", nullable=True, comment="the account moved away, and may come back until then"),
    )
    op.create_index(
        "credentials_held",
        "credentials",
        ["held_until"],
        unique=False,
        postgresql_where=sa.text("held_until IS NOT NULL"),
    )
    for name, comment in (
        ("device_name", "what the member calls it"),
        ("agent", "what the client says it is"),
        ("network", "of the last use, without the address in it"),
    ):
        op.add_column("sessions", sa.Column(name, sa.Text(), server_default="", nullable=False, comment=comment))
    op.create_table(
        "devices",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", postgresql.BYTEA(), nullable=False, comment="of kind and network"),
        _moment("first_seen_at"),
        _moment("last_seen_at"),
        sa.PrimaryKeyConstraint("user_id", "fingerprint"),
    )
    op.create_index("devices_age", "devices", ["last_seen_at"], unique=False)
    op.create_table(
        "mailed_tokens",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", postgresql.BYTEA(), nullable=False, comment="SHA-256 of the token's secret"),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False, comment="where it was sent to"),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        sa.PrimaryKeyConstraint("user_id", "token_hash"),
    )
    op.create_index("mailed_tokens_end", "mailed_tokens", ["expires_at"], unique=False)
    op.create_table(
        "phone_codes",
        sa.Column("phone_number", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("guesses", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("sent", sa.SmallInteger(), nullable=False, comment="how often since `window_began_at`"),
        _moment("window_began_at"),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("phone_number", "user_id"),
    )
    op.create_index("phone_codes_end", "phone_codes", ["expires_at"], unique=False)


def downgrade() -> None:
    """Drop them."""
    for table in ("phone_codes", "mailed_tokens", "devices"):
        op.drop_table(table)
    for column in ("network", "agent", "device_name"):
        op.drop_column("sessions", column)
    op.drop_index("credentials_held", table_name="credentials")
    op.drop_column("credentials", "held_until")
    op.drop_column("users", "phone_number")
    op.drop_column("users", "email_verified_at")
