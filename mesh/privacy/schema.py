"""The ledger of erasures as migrations create it; a later change gets a new function, never an edit of one in use."""

import sqlalchemy as sa
from alembic import op


def create_erased_rows_v1() -> None:
    """Create erased_rows."""
    op.create_table(
        "erased_rows",
        sa.Column("erasure_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("erased", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("erasure_id", "place"),
    )
    op.create_index("erased_rows_age", "erased_rows", ["updated_at"])


def drop_erased_rows_v1() -> None:
    """Drop it."""
    op.drop_table("erased_rows")
