"""Mails that are still to be sent."""

from mesh.mail.schema import create_mails_v1, drop_mails_v1

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create mails."""
    create_mails_v1()


def downgrade() -> None:
    """Drop it."""
    drop_mails_v1()
