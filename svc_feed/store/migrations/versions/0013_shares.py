"""Shares are found by what they carry."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "posts_shares",
        "posts",
        ["shared_author_id", "shared_post_id", "id"],
        postgresql_where=sa.text("shared_post_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("posts_shares", table_name="posts")
