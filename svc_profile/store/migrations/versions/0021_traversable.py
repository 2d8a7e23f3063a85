"""Whether a member may be named in the path between two others."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the setting; everybody may, as before."""
    op.add_column("users", sa.Column("traversable", sa.Boolean(), server_default=sa.text("true"), nullable=False))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("users", "traversable")
