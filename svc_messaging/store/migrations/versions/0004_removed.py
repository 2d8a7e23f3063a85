"""Moderation takes messages down, and may show them again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nothing that is there was taken down."""
    op.add_column(
        "messages",
        sa.Column("removed", sa.Boolean(), server_default="false", nullable=False, comment="moderation took it down"),
    )
    op.add_column(
        "messages",
        sa.Column(
            "moderated_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the decision that says so: older ones come too late",
        ),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_column("messages", "moderated_at")
    op.drop_column("messages", "removed")
