"""Posts count reactions by kind."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KINDS = ("like", "celebrate", "support", "love", "insightful", "funny")


def upgrade() -> None:
    """Add the column, and count what is there."""
    op.add_column(
        "posts",
        sa.Column(
            "reaction_counts",
            sa.ARRAY(sa.Integer()),
            server_default="{}",
            nullable=False,
            comment="by kind, in their order",
        ),
    )
    counts = ", ".join(f"(count(*) FILTER (WHERE reaction = '{kind}'))::integer" for kind in _KINDS)
    op.execute(
        f"""
        UPDATE posts SET reaction_counts = counted.kinds
        FROM (
            SELECT post_author_id, post_id, ARRAY[{counts}] AS kinds
            FROM engagement WHERE type = 'reaction' GROUP BY post_author_id, post_id
        ) AS counted
        WHERE posts.author_id = counted.post_author_id AND posts.id = counted.post_id
        """  # noqa: S608 - of constants above
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_column("posts", "reaction_counts")
