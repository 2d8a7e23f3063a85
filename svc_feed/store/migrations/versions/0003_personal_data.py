"""What finds the rows of a member who leaves, and what says that a post is one of theirs."""

import sqlalchemy as sa
from alembic import op

from mesh.privacy.schema import create_erased_rows_v1, drop_erased_rows_v1

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    create_erased_rows_v1()
    op.add_column("posts", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("engagement_of_member", "engagement", ["user_id"])
    op.create_index("comments_of_member", "comments", ["author_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("comments_of_member", "comments")
    op.drop_index("engagement_of_member", "engagement")
    op.drop_column("posts", "erased_at")
    drop_erased_rows_v1()
