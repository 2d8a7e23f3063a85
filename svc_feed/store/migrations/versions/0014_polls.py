"""Posts ask questions, and members vote."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add table and columns; nothing that is there asks."""
    op.create_table(
        "poll_votes",
        sa.Column("post_author_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("option", sa.Integer(), nullable=False, comment="the place of the answer, from 0"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("post_author_id", "post_id", "user_id"),
    )
    op.create_index("poll_votes_of_member", "poll_votes", ["user_id"])
    op.add_column("posts", sa.Column("poll_question", sa.Text(), nullable=True))
    op.add_column("posts", sa.Column("poll_options", sa.ARRAY(sa.Text()), nullable=True))
    op.add_column("posts", sa.Column("poll_ends_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "posts",
        sa.Column("poll_votes", sa.ARRAY(sa.Integer()), nullable=True, comment="for each answer, in their order"),
    )


def downgrade() -> None:
    """Drop them."""
    for column in ("poll_votes", "poll_ends_at", "poll_options", "poll_question"):
        op.drop_column("posts", column)
    op.drop_table("poll_votes")
