"""Who follows a topic is found by it; authors are wide by their followers."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("topic_follows_of_topic", "topic_follows", ["topic", "user_id"])
    op.alter_column("wide_authors", "author_id", comment="too many followers to write each post into their feeds")


def downgrade() -> None:
    """Drop it."""
    op.drop_index("topic_follows_of_topic", table_name="topic_follows")
