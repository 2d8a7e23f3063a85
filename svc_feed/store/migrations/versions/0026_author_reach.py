"""By what it is decided how the posts of authors with many followers reach feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "author_reach",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("followers", sa.Integer(), nullable=False),
        sa.Column("warm", sa.Double(), nullable=False, comment="the part of their feeds that is warm"),
        sa.Column("posts_per_day", sa.Double(), nullable=False),
        sa.Column("reads_per_day", sa.Double(), nullable=False, comment="of one warm feed"),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("author_id"),
        comment="authors with many followers, by what decides how their posts reach them",
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("author_reach")
