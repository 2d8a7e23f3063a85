"""What finds and counts the rows of a member who leaves."""

from alembic import op

from mesh.privacy.schema import create_erased_rows_v1, drop_erased_rows_v1

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    create_erased_rows_v1()
    op.create_index("company_admins_of_member", "company_admins", ["user_id"])
    op.create_index("applications_of_member", "applications", ["applicant_id", "created_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("applications_of_member", "applications")
    op.drop_index("company_admins_of_member", "company_admins")
    drop_erased_rows_v1()
