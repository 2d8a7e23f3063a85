"""Who is open to work."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "open_to_work",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("told_to", sa.Text(), nullable=False),
        sa.Column("wanted", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("user_id"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("open_to_work")
