"""Who reads their feed, and when it is built ahead."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "feed_readers",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reads", sa.Double(), nullable=False, comment="up to read_at, each half after a day"),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the feed is built ahead of a read",
        ),
        sa.PrimaryKeyConstraint("user_id"),
        comment="members who read their feeds lately",
    )
    op.create_index("feed_readers_due", "feed_readers", ["due_at"])
    op.create_index("feed_readers_read", "feed_readers", ["read_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("feed_readers")
