"""Who sees which field of a profile."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; an empty one leaves each field its default."""
    op.add_column(
        "users",
        sa.Column(
            "field_audiences", JSONB, nullable=False, server_default=sa.text("'{}'"), comment="by field, where set"
        ),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_column("users", "field_audiences")
