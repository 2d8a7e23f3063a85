"""Audience lists."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "audience_lists",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "list_id"),
    )
    op.create_table(
        "audience_list_members",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column(
            "owned",
            sa.Boolean(),
            nullable=False,
            comment="the list is of user_id and other_id is on it; or the other way",
        ),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "other_id", "list_id"),
    )
    op.create_index(
        "audience_list_members_newest",
        "audience_list_members",
        ["user_id", "list_id", "added_at", "other_id"],
        unique=False,
        postgresql_where=sa.text("owned"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("audience_list_members")
    op.drop_table("audience_lists")
