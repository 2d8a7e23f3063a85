"""What posts said before they were edited."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the moments; of edits before nobody kept anything."""
    op.create_table(
        "post_revisions",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="of the post since the edit"),
        sa.Column(
            "changed", postgresql.ARRAY(sa.Text()), nullable=False, comment="fields that say something else since"
        ),
        sa.Column("title", sa.Text(), nullable=True, comment="before; null where it did not change, as below"),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("author_id", "post_id", "revision"),
        comment="what edits replaced",
    )
    op.add_column("posts", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "posts",
        sa.Column(
            "edits_told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when those who answered it were last told of an edit",
        ),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_column("posts", "edits_told_at")
    op.drop_column("posts", "edited_at")
    op.drop_table("post_revisions")
