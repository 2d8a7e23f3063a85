"""What posts are about, and who follows it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "post_topics",
        sa.Column("topic", sa.Text(collation="C"), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "post_id"),
        comment="public posts that are shown, by what they are about",
    )
    op.create_index("post_topics_of_author", "post_topics", ["author_id"])
    op.create_table(
        "topics",
        sa.Column("topic", sa.Text(collation="C"), nullable=False),
        sa.Column("post_count", sa.Integer(), server_default="0", nullable=False, comment="of the last 30 days"),
        sa.Column("follower_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False, comment="when all its posts were counted"),
        sa.PrimaryKeyConstraint("topic"),
    )
    op.create_index("topics_most_used", "topics", ["post_count", "topic"])
    op.create_index("topics_counted", "topics", ["counted_at"])
    op.create_table(
        "topic_follows",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(collation="C"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "topic"),
    )
    op.create_index("topic_follows_newest", "topic_follows", ["user_id", "created_at", "topic"])


def downgrade() -> None:
    """Drop them."""
    for table in ("topic_follows", "topics", "post_topics"):
        op.drop_table(table)
