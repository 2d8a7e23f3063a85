"""Authenticator apps, recovery codes, sign-ins that wait for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Add tables."""
    op.create_table(
        "totp_secrets",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False, comment="of the setting that opens `sealed`"),
        sa.Column("sealed", postgresql.BYTEA(), nullable=False, comment="AES-GCM, bound to the member"),
        _moment("created_at"),
        _moment("confirmed_at", nullable=True),
        sa.Column(
            "last_step",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="of the newest code that was taken",
        ),
        sa.PrimaryKeyConstraint("user_id"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", postgresql.BYTEA(), nullable=False, comment="SHA-256 of 80 bits"),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("user_id", "code_hash"),
    )
    op.create_table(
        "sign_in_steps",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", postgresql.BYTEA(), nullable=False, comment="SHA-256 of the token's secret"),
        sa.Column("device", postgresql.BYTEA(), nullable=False, comment="fingerprint of kind and network"),
        sa.Column("device_name", sa.Text(), nullable=False, comment="what the member calls it"),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("user_id", "token_hash"),
    )
    op.create_index("sign_in_steps_end", "sign_in_steps", ["expires_at"], unique=False)


def downgrade() -> None:
    """Drop them."""
    for table in ("sign_in_steps", "recovery_codes", "totp_secrets"):
        op.drop_table(table)
