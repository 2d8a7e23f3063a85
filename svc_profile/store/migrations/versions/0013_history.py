"""The history of connections is listed, the newest first."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index what a member remembers by its time."""
    op.create_index(
        "connection_history_newest", "connection_history", ["user_id", "change_id", "connected_user_id"], unique=False
    )


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("connection_history_newest", table_name="connection_history")
