"""Posts and comments may be held, and say which decision took them down."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLES = ("posts", "comments")


def upgrade() -> None:
    """Add the columns; nothing that is there is held, and of what was taken down nobody noted by which decision."""
    for table in _TABLES:
        op.add_column(
            table,
            sa.Column("decision_id", sa.Uuid(), nullable=True, comment="which of its decisions took it down"),
        )
        op.add_column(
            table,
            sa.Column(
                "held",
                sa.Boolean(),
                server_default="false",
                nullable=False,
                comment="somebody has to look at it first",
            ),
        )
        op.add_column(table, sa.Column("held_for", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    for table in _TABLES:
        for column in ("held_for", "held", "decision_id"):
            op.drop_column(table, column)
