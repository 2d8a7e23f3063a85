"""Who asked for a copy of everything, and who left."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "exports",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", _moment, nullable=False),
        sa.Column("expires_at", _moment, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "export_id"),
    )
    op.create_index("exports_end", "exports", ["expires_at"])
    op.create_table(
        "erasures",
        sa.Column("erasure_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True, comment="until it is confirmed, or called off"),
        sa.Column("receipt_hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of the receipt's secret"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requested_at", _moment, nullable=False),
        sa.Column("erase_after", _moment, nullable=False),
        sa.Column("due_at", _moment, nullable=True, comment="when somebody is to work on it"),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("erased_at", _moment, nullable=True),
        sa.PrimaryKeyConstraint("erasure_id"),
    )
    op.create_index("erasures_due", "erasures", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))
    op.create_index("erasures_of_member", "erasures", ["user_id"], postgresql_where=sa.text("user_id IS NOT NULL"))
    op.create_index("erasures_age", "erasures", ["requested_at"])
    op.create_table(
        "erasure_steps",
        sa.Column("erasure_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("rounds", sa.SmallInteger(), nullable=False, comment="how often it has erased everything"),
        sa.Column("places", sa.Text(), nullable=False, comment="what became of the data in each place, as JSON"),
        sa.Column("finished_at", _moment, nullable=False),
        sa.PrimaryKeyConstraint("erasure_id", "service"),
    )
    op.create_index("erasure_steps_age", "erasure_steps", ["finished_at"])


def downgrade() -> None:
    """Drop them."""
    for table in ("erasure_steps", "erasures", "exports"):
        op.drop_table(table)
