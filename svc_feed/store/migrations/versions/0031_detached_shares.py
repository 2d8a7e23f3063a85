"""Authors take their posts out of shares."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "posts",
        sa.Column("detached_from", sa.Uuid(), nullable=True, comment="the post it shared, whose author took it out"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_column("posts", "detached_from")
