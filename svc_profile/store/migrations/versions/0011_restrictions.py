"""Restrictions with their ends, several at once; the log of what operators did."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_KINDS = ("shadow_ban", "suspended", "limited")
_USERS = sa.table(
    "users", sa.column("standing"), *(sa.column(f"{kind}_until", sa.DateTime(timezone=True)) for kind in _KINDS)
)
_FOREVER = datetime(9999, 12, 31, tzinfo=UTC)


def upgrade() -> None:
    """Create the tables; what is restricted goes from one word to a moment for each kind."""
    for kind in _KINDS:
        op.add_column("users", _moment(f"{kind}_until", nullable=True))
        op.execute(_USERS.update().where(_USERS.c.standing == kind).values({f"{kind}_until": _FOREVER}))
    op.drop_column("users", "standing")
    op.create_table(
        "decisions",
        sa.Column("user_id", sa.Uuid(), nullable=False, comment="whom it is about"),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="for operators"),
        sa.Column("explanation", sa.Text(), nullable=False, comment="for the member"),
        _moment("created_at"),
        _moment("expires_at", nullable=True),
        _moment("ended_at", nullable=True),
        _moment("forget_at", nullable=True),
        sa.Column("content_kind", sa.Text(), nullable=True),
        sa.Column("content_id", sa.Uuid(), nullable=True),
        sa.Column("content_parent_id", sa.Uuid(), nullable=True),
        sa.Column("flag_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "decision_id"),
    )
    op.create_index(
        "decisions_expire",
        "decisions",
        ["expires_at"],
        postgresql_where=sa.text("ended_at IS NULL AND expires_at IS NOT NULL"),
    )
    op.create_index("decisions_forget", "decisions", ["forget_at"])
    op.create_table(
        "operator_actions",
        sa.Column(
            "subject_id", sa.Uuid(), nullable=False, comment="the member it concerns, or the content without an author"
        ),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("subject_id", "action_id"),
    )
    op.create_index("operator_actions_newest", "operator_actions", ["action_id", "subject_id"])
    op.create_index("operator_actions_age", "operator_actions", ["created_at"])


def downgrade() -> None:
    """Drop them; of several kinds the hardest stays."""
    op.drop_table("operator_actions")
    op.drop_table("decisions")
    op.add_column("users", sa.Column("standing", sa.Text(), server_default="none", nullable=False))
    for kind in ("limited", "shadow_ban", "suspended"):
        op.execute(_USERS.update().where(_USERS.c[f"{kind}_until"] > sa.func.now()).values(standing=kind))
        op.drop_column("users", f"{kind}_until")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
