"""Articles have covers, excerpts and HTML."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; an article that is there gets its HTML when it is read, and an excerpt when it is edited."""
    op.create_table(
        "article_pages",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="of the article"),
        sa.Column("rules", sa.SmallInteger(), nullable=False, comment="the version of what is let through"),
        sa.Column("html", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("author_id", "post_id"),
        comment="articles laid out, as often as they were edited",
    )
    op.add_column(
        "posts", sa.Column("cover_media_id", sa.Uuid(), nullable=True, comment="one of the media of an article")
    )
    op.add_column("drafts", sa.Column("cover_media_id", sa.Uuid(), nullable=True))
    op.add_column("posts", sa.Column("excerpt", sa.Text(), nullable=True, comment="of an article, as below"))
    op.add_column("posts", sa.Column("reading_minutes", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("drafts", "cover_media_id")
    for column in ("reading_minutes", "excerpt", "cover_media_id"):
        op.drop_column("posts", column)
    op.drop_table("article_pages")
