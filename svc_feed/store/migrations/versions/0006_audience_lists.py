"""Posts may be for an audience list of their author."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing that is there is for a list."""
    op.add_column(
        "posts",
        sa.Column(
            "list_id",
            sa.Uuid(),
            nullable=True,
            comment="whom a post is for that is for an audience list of its author",
        ),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_column("posts", "list_id")
