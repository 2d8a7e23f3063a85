"""What a member answered is found in the order of its times."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes longer."""
    op.drop_index("engagement_of_member", "engagement")
    op.create_index("engagement_of_member", "engagement", ["user_id", "created_at", "post_id"])
    op.drop_index("comments_of_member", "comments")
    op.create_index("comments_of_member", "comments", ["author_id", "id"])


def downgrade() -> None:
    """Make them as short as they were."""
    op.drop_index("comments_of_member", "comments")
    op.create_index("comments_of_member", "comments", ["author_id"])
    op.drop_index("engagement_of_member", "engagement")
    op.create_index("engagement_of_member", "engagement", ["user_id"])
