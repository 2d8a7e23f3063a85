"""Comments are edited, hidden by the post's author, and reacted to."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add table and columns; nothing that is there was edited, hidden or reacted to."""
    op.create_table(
        "comment_reactions",
        sa.Column("post_author_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("reaction", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("post_author_id", "post_id", "comment_id", "user_id"),
    )
    op.create_index(
        "comment_reactions_newest",
        "comment_reactions",
        ["post_author_id", "post_id", "comment_id", "created_at", "user_id"],
    )
    op.create_index("comment_reactions_of_member", "comment_reactions", ["user_id"])
    op.add_column("comments", sa.Column("reaction_count", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "comments",
        sa.Column(
            "reaction_counts",
            sa.ARRAY(sa.Integer()),
            server_default="{}",
            nullable=False,
            comment="by kind, in their order",
        ),
    )
    op.add_column("comments", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "comments",
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False, comment="raised by every edit"),
    )
    op.add_column(
        "comments",
        sa.Column("hidden", sa.Boolean(), server_default="false", nullable=False, comment="by the post's author"),
    )


def downgrade() -> None:
    """Drop them."""
    for column in ("hidden", "revision", "edited_at", "reaction_counts", "reaction_count"):
        op.drop_column("comments", column)
    op.drop_table("comment_reactions")
