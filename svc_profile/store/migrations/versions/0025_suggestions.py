"""Who is not to be suggested to a member again."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "suggestion_dismissals",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("dismissed_id", sa.Uuid(), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "dismissed_id"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("suggestion_dismissals")
