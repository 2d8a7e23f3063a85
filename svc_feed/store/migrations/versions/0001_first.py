"""The first schema of the service."""

import sqlalchemy as sa
from alembic import op

from mesh.data.schema import create_mesh_tables_v1, drop_mesh_tables_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    create_mesh_tables_v1()
    op.create_table(
        "comments",
        sa.Column("post_author_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("thread", sa.BigInteger(), nullable=False, comment="sequence of the comment that began the thread"),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reply_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("post_author_id", "post_id", "id"),
    )
    op.create_index("comments_in_order", "comments", ["post_author_id", "post_id", "thread", "sequence"], unique=True)
    op.create_index(
        "comments_replies", "comments", ["post_author_id", "post_id", "parent_id", "sequence"], unique=False
    )
    op.create_table(
        "engagement",
        sa.Column("post_author_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False, comment="reaction"),
        sa.Column("reaction", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("post_author_id", "post_id", "user_id", "type"),
    )
    op.create_index("engagement_affinity", "engagement", ["post_author_id", "user_id", "post_id"], unique=False)
    op.create_index(
        "engagement_newest", "engagement", ["post_author_id", "post_id", "created_at", "user_id"], unique=False
    )
    op.create_table(
        "post_index",
        sa.Column(
            "id", sa.Uuid(), nullable=False, comment="a post's id finds its author, hence its shard; never changes"
        ),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "posts",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("media_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("like_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("comment_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("share_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "comment_sequence", sa.BigInteger(), server_default="0", nullable=False, comment="of the newest comment"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("author_id", "id"),
    )
    op.create_table(
        "wide_authors",
        sa.Column(
            "author_id", sa.Uuid(), nullable=False, comment="too many connections to write each post into their feeds"
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("author_id"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("wide_authors")
    op.drop_table("posts")
    op.drop_table("post_index")
    op.drop_table("engagement")
    op.drop_table("comments")
    drop_mesh_tables_v1()
