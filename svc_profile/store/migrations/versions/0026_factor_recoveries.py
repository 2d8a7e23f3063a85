"""Requests to remove all second factors, which wait."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table."""
    op.create_table(
        "factor_recoveries",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id"),
    )
    op.create_index("factor_recoveries_end", "factor_recoveries", ["due_at"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("factor_recoveries")
