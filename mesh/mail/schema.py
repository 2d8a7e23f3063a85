"""The table of mails as migrations create it; a later change gets a new function, never an edit of one in use."""

import sqlalchemy as sa
from alembic import op


def create_mails_v1() -> None:
    """Create mails."""
    op.create_table(
        "mails",
        sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("mail_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True, comment="whom it is about, where that is a member"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="waiting, sent, failed, or a decoy, which nobody sends"),
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=True,
            comment="to whom and what, encrypted; gone once it is sent or given up",
        ),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column(
            "problem",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="of the last attempt; names no address",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when it is sent, or sent again unless it was done by then",
        ),
        sa.Column(
            "expires_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when it is too late to be worth sending",
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("bucket", "mail_id"),
    )
    waiting, finished = sa.text("state = 'waiting'"), sa.text("finished_at IS NOT NULL")
    op.create_index("mails_due", "mails", ["bucket", "due_at"], unique=False, postgresql_where=waiting)
    op.create_index("mails_finished", "mails", ["finished_at"], unique=False, postgresql_where=finished)


def drop_mails_v1() -> None:
    """Drop it."""
    op.drop_table("mails")


def add_mails_of_member_v2() -> None:
    """Find the mails of a member."""
    op.create_index(
        "mails_of_member", "mails", ["user_id"], unique=False, postgresql_where=sa.text("user_id IS NOT NULL")
    )


def drop_mails_of_member_v2() -> None:
    """Look for them no more."""
    op.drop_index("mails_of_member", "mails")
