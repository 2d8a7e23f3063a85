"""Media, and what shows them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "media",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("alt_text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "variants",
            postgresql.JSONB(),
            server_default="[]",
            nullable=False,
            comment="its objects: name, type, bytes, pixels",
        ),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "expires_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it is dropped; null while something shows it",
        ),
        sa.PrimaryKeyConstraint("owner_id", "id"),
    )
    op.create_index("media_expiring", "media", ["expires_at"])
    op.create_table(
        "media_index",
        sa.Column(
            "id", sa.Uuid(), nullable=False, comment="a medium's id finds its owner, hence its shard; never changes"
        ),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "media_uses",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("media_id", sa.Uuid(), nullable=False),
        sa.Column("used_by", sa.Text(), nullable=False, comment="post or picture, of a profile"),
        sa.Column("used_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "media_id", "used_by", "used_id"),
    )
    op.create_index("media_uses_of", "media_uses", ["owner_id", "used_by", "used_id"])


def downgrade() -> None:
    """Drop them."""
    for table in ("media_uses", "media_index", "media"):
        op.drop_table(table)
