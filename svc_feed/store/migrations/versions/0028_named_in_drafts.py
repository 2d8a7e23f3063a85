"""Drafts name members."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what is there names nobody."""
    op.add_column(
        "drafts", sa.Column("mentioned_ids", sa.ARRAY(sa.Uuid()), comment="whom its text names; null where nobody")
    )
    op.add_column(
        "drafts",
        sa.Column(
            "mention_spans", sa.ARRAY(sa.Integer()), comment="for each where its words begin, and how long they are"
        ),
    )
    op.create_index(
        "drafts_mentions",
        "drafts",
        ["mentioned_ids"],
        postgresql_using="gin",
        postgresql_where=sa.text("mentioned_ids IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("drafts_mentions", "drafts")
    for column in ("mention_spans", "mentioned_ids"):
        op.drop_column("drafts", column)
