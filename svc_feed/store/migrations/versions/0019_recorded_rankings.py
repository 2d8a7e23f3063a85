"""Requests of the ranked feed, as they were answered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "recorded_rankings",
        sa.Column("viewer_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False, comment="a range of ids is a range of time"),
        sa.Column("scoring", sa.Text(), nullable=False, comment="the version of the ranking"),
        sa.Column("candidates", postgresql.JSONB(), nullable=False, comment="author, post and signals of each"),
        sa.Column(
            "given",
            postgresql.JSONB(),
            nullable=False,
            comment="the order: places among the candidates, with their scores",
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("viewer_id", "id"),
    )
    op.create_index("recorded_rankings_by_age", "recorded_rankings", ["recorded_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("recorded_rankings")
