"""Members say what they want to see less of, or not at all."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "feed_preferences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False, comment="in the order in which they were stated"),
        sa.Column("effect", sa.Text(), nullable=False, comment="see_less, snooze or hide"),
        sa.Column("subject", sa.Text(), nullable=False, comment="author, topic, kind or post"),
        sa.Column("name", sa.Text(collation="C"), nullable=False, comment="an id, a folded hashtag, or a kind"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "expires_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="null for what holds until it is taken back",
        ),
        sa.PrimaryKeyConstraint("user_id", "id"),
    )
    op.create_index("feed_preferences_once", "feed_preferences", ["user_id", "effect", "subject", "name"], unique=True)
    op.create_index("feed_preferences_ended", "feed_preferences", ["expires_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("feed_preferences")
