"""The table of mails in the database of a service that sends some."""

import sqlalchemy as sa

BUCKETS = 16
"""Mails are spread by bucket, as the outbox is: whoever sends looks into all of them."""

_moment = sa.DateTime(timezone=True)
_metadata = sa.MetaData()
mails = sa.Table(
    "mails",
    _metadata,
    sa.Column("bucket", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("mail_id", sa.Uuid, primary_key=True),
    sa.Column("user_id", sa.Uuid, comment="whom it is about, where that is a member"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, comment="waiting, sent, failed, or a decoy, which nobody sends"),
    sa.Column("sealed", sa.LargeBinary, comment="to whom and what, encrypted; gone once it is sent or given up"),
    sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("problem", sa.Text, nullable=False, server_default="", comment="of the last attempt; names no address"),
    sa.Column("created_at", _moment, nullable=False),
    sa.Column("due_at", _moment, nullable=False, comment="when it is sent, or sent again unless it was done by then"),
    sa.Column("expires_at", _moment, nullable=False, comment="when it is too late to be worth sending"),
    sa.Column("finished_at", _moment),
    sa.Index("mails_due", "bucket", "due_at", postgresql_where=sa.text("state = 'waiting'")),
    sa.Index("mails_of_member", "user_id", postgresql_where=sa.text("user_id IS NOT NULL")),
    sa.Index("mails_finished", "finished_at", postgresql_where=sa.text("finished_at IS NOT NULL")),
)


def mail_table(metadata: sa.MetaData) -> None:
    """Add mails to a service's metadata."""
    mails.to_metadata(metadata)
