"""By which rules texts were looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

TABLES = ("posts", "comments")


def upgrade() -> None:
    """Add the columns; texts that are there were looked at by none."""
    for table in TABLES:
        op.add_column(
            table,
            sa.Column(
                "looked_by",
                sa.SmallInteger(),
                server_default="0",
                nullable=False,
                comment="the version of the rules that looked at its text",
            ),
        )
        op.create_index(f"{table}_looked_by", table, ["looked_by", "id"])


def downgrade() -> None:
    """Drop them."""
    for table in TABLES:
        op.drop_index(f"{table}_looked_by", table)
        op.drop_column(table, "looked_by")
