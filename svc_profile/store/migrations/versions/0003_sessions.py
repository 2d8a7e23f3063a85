"""What a refresh token was traded for; sessions and tokens are found by age."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns, indexes."""
    op.add_column(
        "refresh_tokens",
        sa.Column("used_from", postgresql.BYTEA(), nullable=True, comment="fingerprint of the client's network"),
    )
    op.add_column(
        "refresh_tokens",
        sa.Column("successor", postgresql.BYTEA(), nullable=True, comment="sealed with this token's secret"),
    )
    op.create_index("refresh_tokens_age", "refresh_tokens", ["created_at"], unique=False)
    op.create_index("sessions_end", "sessions", ["expires_at"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("sessions_end", table_name="sessions")
    op.drop_index("refresh_tokens_age", table_name="refresh_tokens")
    op.drop_column("refresh_tokens", "successor")
    op.drop_column("refresh_tokens", "used_from")
