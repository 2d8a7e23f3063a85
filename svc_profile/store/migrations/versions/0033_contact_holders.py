"""Who has a member in their address book, where the member's rows are."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the mirror of contact_matches, of what is there."""
    op.create_table(
        "contact_holders",
        sa.Column("user_id", sa.Uuid(), nullable=False, comment="is in the address book"),
        sa.Column("other_id", sa.Uuid(), nullable=False, comment="has it"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "other_id"),
    )
    op.create_index("contact_holders_of_member", "contact_holders", ["other_id"])
    op.create_index("contact_holders_end", "contact_holders", ["expires_at"])
    op.execute(
        "INSERT INTO contact_holders (user_id, other_id, expires_at)"
        " SELECT other_id, user_id, expires_at FROM contact_matches"
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("contact_holders")
