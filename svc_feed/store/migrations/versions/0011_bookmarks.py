"""Members keep posts."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "bookmarks",
        sa.Column("post_author_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("post_author_id", "post_id", "user_id"),
    )
    op.create_index("bookmarks_of_member", "bookmarks", ["user_id", "created_at", "post_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("bookmarks")
