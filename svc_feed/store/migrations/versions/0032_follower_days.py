"""How followers came and went, by day."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "follower_days",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.DateTime(timezone=True), nullable=False, comment="when it began, in UTC"),
        sa.Column("gained", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("author_id", "day"),
    )
    op.create_index("follower_days_by_age", "follower_days", ["day"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("follower_days")
