"""Drafts, which use media too."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "drafts",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False, comment="the post has another one"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("media_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=True),
        sa.Column("comment_audience", sa.Text(), nullable=False),
        sa.Column("quote_audience", sa.Text(), nullable=False),
        sa.Column("poll_question", sa.Text(), nullable=True, comment="null where nothing is asked"),
        sa.Column("poll_options", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("poll_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shared_post_id", sa.Uuid(), nullable=True, comment="what the post is to share"),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True, comment="null unless it is scheduled"),
        sa.Column(
            "refused_for",
            sa.Text(),
            nullable=True,
            comment="why it was not published at its time: a reason of the contract",
        ),
        sa.Column("refusal", sa.Text(), nullable=True, comment="the same in words"),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("post_id", sa.Uuid(), nullable=True, comment="what it became; all that it said is in the post alone"),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="raised by every change"),
        sa.PrimaryKeyConstraint("author_id", "id"),
    )
    op.create_index("drafts_due", "drafts", ["publish_at"])
    op.create_index("drafts_by_age", "drafts", ["published_at"])
    op.alter_column(
        "media_uses",
        "used_by",
        comment="post, draft, or picture, of a profile",
        existing_comment="post or picture, of a profile",
        existing_type=sa.Text(),
        existing_nullable=False,
    )


def downgrade() -> None:
    """Drop them."""
    op.alter_column(
        "media_uses",
        "used_by",
        comment="post or picture, of a profile",
        existing_comment="post, draft, or picture, of a profile",
        existing_type=sa.Text(),
        existing_nullable=False,
    )
    op.drop_table("drafts")
