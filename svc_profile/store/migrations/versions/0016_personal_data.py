"""What finds and counts the rows of a member who leaves."""

from alembic import op

from mesh.mail.schema import add_mails_of_member_v2, drop_mails_of_member_v2
from mesh.privacy.schema import create_erased_rows_v1, drop_erased_rows_v1

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    create_erased_rows_v1()
    add_mails_of_member_v2()
    op.create_index("credentials_of_member", "credentials", ["user_id"])
    op.create_index("phone_codes_of_member", "phone_codes", ["user_id"])
    op.create_index("mutes_of_member", "mutes", ["muted_id"])
    op.create_index("connection_history_age", "connection_history", ["changed_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("connection_history_age", "connection_history")
    op.drop_index("mutes_of_member", "mutes")
    op.drop_index("phone_codes_of_member", "phone_codes")
    op.drop_index("credentials_of_member", "credentials")
    drop_mails_of_member_v2()
    drop_erased_rows_v1()
