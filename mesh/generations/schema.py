"""The table of the fence as migrations create it; a later change gets a new function, never an edit of one in use."""

import sqlalchemy as sa
from alembic import op


def create_fence_v1() -> None:
    """Create generation_fence."""
    op.create_table(
        "generation_fence",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def drop_fence_v1() -> None:
    """Drop it."""
    op.drop_table("generation_fence")
