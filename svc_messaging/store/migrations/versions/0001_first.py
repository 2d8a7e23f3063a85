"""The first schema of the service."""

import sqlalchemy as sa
from alembic import op

from mesh.data.schema import create_mesh_tables_v1, drop_mesh_tables_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    create_mesh_tables_v1()
    op.create_table(
        "conversations",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("participant_ids", sa.ARRAY(sa.Uuid()), nullable=False, comment="ascending; nobody joins or leaves"),
        sa.Column("last_sequence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    op.create_table(
        "direct_conversations",
        sa.Column("user_lo", sa.Uuid(), nullable=False),
        sa.Column("user_hi", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("user_lo", "user_hi"),
    )
    op.create_table(
        "messages",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("client_message_id", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("conversation_id", "sequence"),
    )
    op.create_index("messages_by_id", "messages", ["conversation_id", "message_id"], unique=True)
    op.create_index("messages_sent", "messages", ["conversation_id", "sender_id", "client_message_id"], unique=True)
    op.create_table(
        "notifications",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("actor_ids", sa.ARRAY(sa.Uuid()), nullable=False, comment="latest first, ten at most"),
        sa.Column("actor_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "notification_id"),
    )
    op.create_index(
        "notifications_gathered",
        "notifications",
        ["user_id", "kind", "subject_id"],
        unique=True,
        postgresql_where=sa.text("seen_at IS NULL"),
    )
    op.create_index("notifications_latest", "notifications", ["user_id", "updated_at", "notification_id"], unique=False)
    op.create_table(
        "participants",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("last_read_sequence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "user_id"),
    )
    op.create_table(
        "user_conversations",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "last_activity", sa.DateTime(timezone=True), nullable=False, comment="its last message, or its beginning"
        ),
        sa.Column("last_sequence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "unread_count", sa.Integer(), server_default="0", nullable=False, comment="messages of others, not read"
        ),
        sa.PrimaryKeyConstraint("user_id", "conversation_id"),
    )
    op.create_index(
        "user_conversations_activity",
        "user_conversations",
        ["user_id", "last_activity", "conversation_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("user_conversations")
    op.drop_table("participants")
    op.drop_table("notifications")
    op.drop_table("messages")
    op.drop_table("direct_conversations")
    op.drop_table("conversations")
    drop_mesh_tables_v1()
