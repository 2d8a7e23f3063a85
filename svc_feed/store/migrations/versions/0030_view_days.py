"""How many saw posts, by day."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "view_days",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False, comment="a post, or the author for all of their posts"),
        sa.Column("day", sa.DateTime(timezone=True), nullable=False, comment="when it began, in UTC"),
        sa.Column("views", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "audience", sa.LargeBinary(), server_default="", nullable=False, comment="registers of a HyperLogLog"
        ),
        sa.PrimaryKeyConstraint("author_id", "subject_id", "day"),
    )
    op.create_index("view_days_by_age", "view_days", ["day"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("view_days")
