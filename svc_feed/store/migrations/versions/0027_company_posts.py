"""Posts of companies."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what is there is said by members."""
    op.add_column(
        "posts", sa.Column("company_id", sa.Uuid(), nullable=True, comment="in whose name its author wrote it")
    )
    op.create_index(
        "posts_of_company", "posts", ["company_id", "id"], postgresql_where=sa.text("company_id IS NOT NULL")
    )
    op.add_column(
        "post_index",
        sa.Column("company_id", sa.Uuid(), nullable=True, comment="in whose name its author wrote it; never changes"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_column("post_index", "company_id")
    op.drop_index("posts_of_company", table_name="posts")
    op.drop_column("posts", "company_id")
