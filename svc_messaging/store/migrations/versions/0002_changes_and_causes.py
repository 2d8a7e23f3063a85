"""Logs of changed messages, causes of notifications, messages hidden by a block; places in the index of members."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; who is in a conversation stands in `conversations` and in the index of each member."""
    op.create_table(
        "hidden_messages",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False, comment="who is shown its place only"),
        sa.PrimaryKeyConstraint("conversation_id", "sequence", "user_id"),
    )
    op.create_table(
        "change_logs",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("last_change", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id"),
    )
    op.create_table(
        "changes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("change", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "change"),
    )
    op.create_index("changes_of_messages", "changes", ["user_id", "conversation_id", "sequence"], unique=True)
    op.create_table(
        "notification_causes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=False, comment="the request, the message, the reaction"),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="for causes that end up to a place"),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "kind", "subject_id", "cause_id"),
    )
    op.create_index(
        "notification_causes_latest",
        "notification_causes",
        ["user_id", "notification_id", "happened_at"],
        unique=False,
    )
    op.add_column(
        "user_conversations", sa.Column("last_read_sequence", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column("user_conversations", sa.Column("muted_until", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE user_conversations AS u SET last_read_sequence = p.last_read_sequence FROM participants AS p"
        " WHERE p.conversation_id = u.conversation_id AND p.user_id = u.user_id"
    )
    op.drop_table("participants")


def downgrade() -> None:
    """Put back who is in a conversation; drop the rest."""
    op.create_table(
        "participants",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("last_read_sequence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "user_id"),
    )
    op.execute(
        "INSERT INTO participants SELECT u.conversation_id, u.user_id, u.last_read_sequence, c.created_at"
        " FROM user_conversations AS u JOIN conversations AS c ON c.conversation_id = u.conversation_id"
    )
    op.drop_column("user_conversations", "muted_until")
    op.drop_column("user_conversations", "last_read_sequence")
    op.drop_table("notification_causes")
    op.drop_table("changes")
    op.drop_table("change_logs")
    op.drop_table("hidden_messages")
