"""Handles, under which profiles are found."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, and the column that shows a member's own."""
    op.create_table(
        "handles",
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "redirects_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="set where the member has another by now",
        ),
        sa.PrimaryKeyConstraint("handle"),
    )
    op.create_index("handles_of_member", "handles", ["user_id"])
    op.create_index("handles_left", "handles", ["redirects_until"])
    op.add_column("users", sa.Column("handle", sa.Text(), nullable=True, comment="handles is what keeps it unique"))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("users", "handle")
    op.drop_table("handles")
