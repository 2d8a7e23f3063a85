"""By what posts are found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; each post says by which rules it is found, those that are there by none."""
    op.add_column(
        "posts",
        sa.Column(
            "searchable_by",
            sa.SmallInteger(),
            server_default="0",
            nullable=False,
            comment="the version of the rules by which searches find it",
        ),
    )
    op.create_index("posts_searchable_by", "posts", ["searchable_by"])
    op.create_table(
        "post_search",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False, comment="made by mesh.lexemes; topics with their #"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("author_id", "post_id"),
        comment="posts that are shown, by what they say",
    )
    op.create_index("post_search_words", "post_search", ["words"], postgresql_using="gin")
    op.create_index("post_search_newest", "post_search", ["post_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("post_search")
    op.drop_index("posts_searchable_by", "posts")
    op.drop_column("posts", "searchable_by")
