"""What counts the rows of a member who leaves, and what finds notifications that are past their time."""

from alembic import op

from mesh.privacy.schema import create_erased_rows_v1, drop_erased_rows_v1

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    create_erased_rows_v1()
    op.create_index("notifications_age", "notifications", ["updated_at"])
    op.create_index("notification_causes_age", "notification_causes", ["happened_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("notification_causes_age", "notification_causes")
    op.drop_index("notifications_age", "notifications")
    drop_erased_rows_v1()
