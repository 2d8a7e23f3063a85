"""What members write about each other."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "recommendations",
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("relationship", sa.Text(), nullable=False),
        sa.Column("position_id", sa.Uuid(), nullable=True, comment="of the recipient"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, comment="by the recipient, for the author"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("recipient_id", "author_id"),
    )
    op.create_index(
        "recommendations_shown",
        "recommendations",
        ["recipient_id", "written_at", "author_id"],
        postgresql_where=sa.text("state = 'shown'"),
    )
    op.create_index("recommendations_received", "recommendations", ["recipient_id", "created_at", "author_id"])
    op.create_table(
        "recommendations_given",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("author_id", "recipient_id"),
    )
    op.create_index(
        "recommendations_given_newest", "recommendations_given", ["author_id", "created_at", "recipient_id"]
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("recommendations_given")
    op.drop_table("recommendations")
