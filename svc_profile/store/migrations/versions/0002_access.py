"""Blocks, privacy settings, standings."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SETTINGS = {
    "standing": "none",
    "profile_audience": "everyone",
    "connections_audience": "everyone",
    "email_audience": "only_me",
    "message_audience": "connections",
    "viewer_mode": "named",
}


def upgrade() -> None:
    """Create the table, add the columns."""
    op.create_table(
        "blocks",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("blocked_by", sa.Uuid(), nullable=False, comment="one of the two"),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "other_id"),
    )
    for name, default in _SETTINGS.items():
        op.add_column("users", sa.Column(name, sa.Text(), server_default=default, nullable=False))
    op.add_column("users", sa.Column("discoverable", sa.Boolean(), server_default=sa.text("true"), nullable=False))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("users", "discoverable")
    for name in reversed(_SETTINGS):
        op.drop_column("users", name)
    op.drop_table("blocks")
