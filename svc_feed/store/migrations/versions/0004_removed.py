"""Moderation takes posts and comments down, and may show them again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = ("posts", "comments")


def upgrade() -> None:
    """Add the columns; nothing that is there was taken down."""
    for table in _TABLES:
        op.add_column(
            table,
            sa.Column(
                "removed",
                sa.Boolean(),
                server_default="false",
                nullable=False,
                comment="moderation took it down",
            ),
        )
        op.add_column(
            table,
            sa.Column(
                "moderated_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="the decision that says so: older ones come too late",
            ),
        )


def downgrade() -> None:
    """Drop them."""
    for table in _TABLES:
        op.drop_column(table, "moderated_at")
        op.drop_column(table, "removed")
