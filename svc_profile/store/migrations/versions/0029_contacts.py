"""Members who are found by a proven address or number."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the setting, off for everybody, and the table."""
    op.add_column(
        "users", sa.Column("findable_by_contact", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_table(
        "contact_marks",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False, comment="keyed hash of a proven address or number"),
        sa.Column("salt_id", sa.Text(), nullable=False, comment="names the key"),
        sa.PrimaryKeyConstraint("user_id", "mark"),
    )
    op.create_index("contact_marks_mark", "contact_marks", ["mark"])
    op.create_index("contact_marks_salt_id", "contact_marks", ["salt_id"])


def downgrade() -> None:
    """Drop both."""
    op.drop_table("contact_marks")
    op.drop_column("users", "findable_by_contact")
