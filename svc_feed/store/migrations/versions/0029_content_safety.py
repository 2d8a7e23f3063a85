"""What texts are looked at for, and what was found."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables and columns; nothing that is there was looked at, all of it was announced."""
    op.add_column("posts", sa.Column("limited_for", sa.Text(), comment="why it is not recommended; null where it is"))
    op.add_column(
        "posts",
        sa.Column(
            "announced",
            sa.Boolean(),
            server_default="true",
            nullable=False,
            comment="others were told that it is there",
        ),
    )
    op.create_table(
        "fingerprints",
        sa.Column("band", sa.BigInteger(), nullable=False, comment="a quarter of the fingerprint with its place"),
        sa.Column("content_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.BigInteger(), nullable=False, comment="64 bits, less 2^63"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("band", "content_id"),
        comment="texts of the last days, to find those that are nearly the same",
    )
    op.create_index("fingerprints_lately", "fingerprints", ["band", "created_at"])
    op.create_index("fingerprints_of_author", "fingerprints", ["author_id"])
    op.create_index("fingerprints_age", "fingerprints", ["created_at"])
    op.create_table(
        "content_reviews",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("content_id", sa.Uuid(), nullable=False, comment="the post, or a comment on it"),
        sa.Column("post_author_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.SmallInteger(), nullable=False, comment="from 0: allow, limit, review, remove"),
        sa.Column("reason", sa.Text()),
        sa.Column("known", sa.Boolean(), nullable=False, comment="false for what has to be looked at again"),
        sa.Column("rules", sa.SmallInteger(), nullable=False, comment="their version"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision_id", sa.Uuid(), comment="by which it was removed"),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False, comment="an operator"),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("author_id", "content_id"),
        comment="what was found in posts and comments",
    )
    op.create_index(
        "content_reviews_held",
        "content_reviews",
        ["content_id"],
        postgresql_where=sa.text("outcome = 2 AND decided_at IS NULL"),
    )
    op.create_index(
        "content_reviews_due", "content_reviews", ["content_id"], postgresql_where=sa.text("told_at IS NULL")
    )
    op.create_index("content_reviews_age", "content_reviews", ["created_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("content_reviews")
    op.drop_table("fingerprints")
    op.drop_column("posts", "announced")
    op.drop_column("posts", "limited_for")
