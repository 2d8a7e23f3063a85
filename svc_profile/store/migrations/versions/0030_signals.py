"""What detectors call a suspicion for some days, and accounts that nobody has."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column(
        "flags",
        sa.Column("signal_labels", sa.ARRAY(sa.Text()), server_default="{}", nullable=False, comment="of detectors"),
    )
    op.add_column("flags", sa.Column("signal_until", sa.DateTime(timezone=True)))
    op.create_table(
        "canaries",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("canaries")
    op.drop_column("flags", "signal_until")
    op.drop_column("flags", "signal_labels")
