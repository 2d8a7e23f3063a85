"""Who was told of a mention is found by what mentions them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index; there are no such notifications yet."""
    op.create_index(
        "notification_causes_mentions",
        "notification_causes",
        ["subject_id"],
        postgresql_where=sa.text("kind = 'mentioned'"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("notification_causes_mentions", "notification_causes")
