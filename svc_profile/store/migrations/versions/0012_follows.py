"""Follows and mutes; who is connected follows."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; what connections there are begin follows, both ways, on both sides."""
    op.create_table(
        "follows",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column(
            "outgoing", sa.Boolean(), nullable=False, comment="user_id follows other_id; otherwise is followed by them"
        ),
        sa.Column("chosen", sa.Boolean(), nullable=False, comment="asked for; otherwise it came with the connection"),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "other_id", "outgoing"),
    )
    op.execute(
        "INSERT INTO follows (user_id, other_id, outgoing, chosen, followed_at)"
        " SELECT user_id, connected_user_id, outgoing, false, accepted_at"
        " FROM connections CROSS JOIN (VALUES (false), (true)) AS way (outgoing) WHERE status = 'accepted'"
    )
    op.create_index("follows_newest", "follows", ["user_id", "outgoing", "followed_at", "other_id"], unique=False)
    op.create_table(
        "mutes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("muted_id", sa.Uuid(), nullable=False),
        sa.Column("muted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "muted_id"),
    )
    op.create_index("mutes_newest", "mutes", ["user_id", "muted_at", "muted_id"], unique=False)
    op.create_index("blocks_newest", "blocks", ["user_id", "blocked_at", "other_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("blocks_newest", table_name="blocks")
    op.drop_table("mutes")
    op.drop_table("follows")
