"""Authors say who may comment and share their posts."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COLUMNS = {"comment_audience": "who may comment it", "quote_audience": "who may share it"}


def upgrade() -> None:
    """Add the columns; what is there may be answered by everybody who sees it."""
    for name, comment in _COLUMNS.items():
        op.add_column("posts", sa.Column(name, sa.Text(), server_default="everybody", nullable=False, comment=comment))


def downgrade() -> None:
    """Drop them."""
    for name in reversed(_COLUMNS):
        op.drop_column("posts", name)
