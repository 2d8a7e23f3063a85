"""Reports, flags, appeals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "reports",
        _id("reporter_id"),
        _id("subject_id", comment="the reported content, or member"),
        _id("report_id"),
        *_about(),
        _id("flag_id"),
        _text("reason"),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("reporter_id", "subject_id"),
    )
    op.create_index("reports_of_flag", "reports", ["flag_id", "report_id"])
    op.create_index("reports_newest", "reports", ["reporter_id", "report_id"], unique=True)
    op.create_index("reports_age", "reports", ["created_at"])
    op.create_table(
        "flags",
        _id("subject_id", comment="the suspected content, or member"),
        _id("flag_id"),
        _text("kind"),
        *_about(),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("report_count", sa.Integer(), nullable=False),
        _text("evidence"),
        sa.Column("labels", ARRAY(sa.Text()), nullable=False),
        _text("assignee"),
        sa.Column("resolution", sa.Text(), nullable=True),
        _text("note"),
        _text("resolved_by"),
        _moment("created_at"),
        _moment("resolved_at", nullable=True),
        _moment("forget_at", nullable=True),
        sa.PrimaryKeyConstraint("subject_id", "flag_id"),
    )
    op.create_index(
        "flags_open", "flags", ["subject_id", "kind"], unique=True, postgresql_where=sa.text("resolution IS NULL")
    )
    op.create_index("flags_surest", "flags", ["score", "flag_id", "subject_id"])
    op.create_index("flags_found", "flags", ["flag_id"])
    op.create_index("flags_forget", "flags", ["forget_at"])
    op.create_table(
        "appeals",
        _id("user_id"),
        _id("decision_id"),
        _text("text"),
        _text("state"),
        _text("answer"),
        _text("resolved_by"),
        _moment("created_at"),
        _moment("resolved_at", nullable=True),
        sa.PrimaryKeyConstraint("user_id", "decision_id"),
    )
    op.create_index("appeals_oldest", "appeals", ["state", "created_at", "user_id", "decision_id"])
    op.create_index("appeals_age", "appeals", ["resolved_at"])


def downgrade() -> None:
    """Drop them."""
    for table in ("appeals", "flags", "reports"):
        op.drop_table(table)


def _about() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("content_kind", sa.Text(), nullable=True),
        sa.Column("content_id", sa.Uuid(), nullable=True),
        sa.Column("content_parent_id", sa.Uuid(), nullable=True),
    )


def _id(name: str, comment: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=False, comment=comment)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
