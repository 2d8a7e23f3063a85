"""Who looked at whose profile, and how often searches showed it."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "profile_views",
        sa.Column("owner_id", sa.Uuid(), nullable=False, comment="whose profile it is"),
        sa.Column("view_id", sa.Uuid(), nullable=False),
        sa.Column("viewer_id", sa.Uuid(), comment="none of who did not look by name"),
        sa.Column("occupation_id", sa.Uuid(), comment="of the taxonomy; of who looked by their occupation"),
        sa.Column("surface", sa.Text(), server_default="", nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="in UTC"),
        sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "view_id"),
    )
    op.create_index("profile_views_once", "profile_views", ["owner_id", "viewer_id", "day"], unique=True)
    op.create_index("profile_views_age", "profile_views", ["viewed_at"])
    op.create_table(
        "search_appearances",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.DateTime(timezone=True), nullable=False, comment="its beginning in UTC"),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "day"),
    )
    op.create_index("search_appearances_age", "search_appearances", ["day"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("search_appearances")
    op.drop_table("profile_views")
