"""Requests to connect are ignored, or expire; the history knows who had asked."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OPEN = sa.text("status IN ('ignored', 'pending')")


def upgrade() -> None:
    """Index open requests for their lists, and by their age."""
    op.add_column(
        "connection_history", sa.Column("asked_by", sa.Uuid(), nullable=True, comment="who had asked before the step")
    )
    op.create_index("connections_open", "connections", ["user_id", "created_at"], unique=False, postgresql_where=_OPEN)
    op.create_index("connections_due", "connections", ["created_at"], unique=False, postgresql_where=_OPEN)
    op.drop_index("connections_pending", table_name="connections")


def downgrade() -> None:
    """Put the index of pending requests back."""
    op.create_index(
        "connections_pending",
        "connections",
        ["user_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.drop_index("connections_due", table_name="connections")
    op.drop_index("connections_open", table_name="connections")
    op.drop_column("connection_history", "asked_by")
