"""Members who read mail at the domain of a company."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and the columns."""
    op.create_table(
        "work_addresses",
        sa.Column("address_hash", BYTEA(), nullable=False, comment="HMAC of the address"),
        sa.Column("user_id", sa.Uuid(), nullable=False, comment="whom alone it verifies"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_hash"),
    )
    op.create_index("work_addresses_of_member", "work_addresses", ["user_id"])
    op.create_index("work_addresses_end", "work_addresses", ["expires_at"])
    about = "what it is good for, beside the account"
    op.add_column("mailed_tokens", sa.Column("about", sa.Text(), nullable=False, server_default="", comment=about))
    shown = "a domain, since when and until when it counts, with blanks in between"
    op.add_column("positions", sa.Column("verification", sa.Text(), comment=shown))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("positions", "verification")
    op.drop_column("mailed_tokens", "about")
    op.drop_table("work_addresses")
