"""Whom members found by their address books."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "contact_matches",
        sa.Column("user_id", sa.Uuid(), nullable=False, comment="has the address book"),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "other_id"),
    )
    op.create_index("contact_matches_of_member", "contact_matches", ["other_id"])
    op.create_index("contact_matches_end", "contact_matches", ["expires_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("contact_matches")
