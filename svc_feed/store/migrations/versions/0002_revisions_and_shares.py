"""Posts have revisions and may share another; comments are deleted without losing their place."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what is there is in its first revision, no share, not deleted."""
    op.add_column(
        "posts",
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False, comment="raised by every edit"),
    )
    op.add_column(
        "posts", sa.Column("shared_post_id", sa.Uuid(), nullable=True, comment="what a share carries, and whose it is")
    )
    op.add_column("posts", sa.Column("shared_author_id", sa.Uuid(), nullable=True))
    op.add_column("comments", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("comments", "deleted_at")
    op.drop_column("posts", "shared_author_id")
    op.drop_column("posts", "shared_post_id")
    op.drop_column("posts", "revision")
