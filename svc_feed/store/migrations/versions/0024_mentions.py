"""Whom posts and comments mention."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_TABLES = ("posts", "comments")


def upgrade() -> None:
    """Add the columns; what is there mentions nobody. An erasure finds a member by the index."""
    for table in _TABLES:
        op.add_column(
            table,
            sa.Column("mentioned_ids", sa.ARRAY(sa.Uuid()), comment="whom its text names; null where nobody"),
        )
        op.add_column(
            table,
            sa.Column(
                "mention_spans",
                sa.ARRAY(sa.Integer()),
                comment="for each where its words begin, and how long they are",
            ),
        )
        op.create_index(
            f"{table}_mentions",
            table,
            ["mentioned_ids"],
            postgresql_using="gin",
            postgresql_where=sa.text("mentioned_ids IS NOT NULL"),
        )


def downgrade() -> None:
    """Drop them."""
    for table in _TABLES:
        op.drop_index(f"{table}_mentions", table)
        op.drop_column(table, "mention_spans")
        op.drop_column(table, "mentioned_ids")
