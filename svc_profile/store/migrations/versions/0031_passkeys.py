"""Keys that devices keep for members."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and how a sign-in began."""
    moment, no = sa.DateTime(timezone=True), sa.text("false")
    op.create_table(
        "passkeys",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("passkey_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", BYTEA(), nullable=False, comment="what the device calls it"),
        sa.Column("public_key", BYTEA(), nullable=False, comment="COSE"),
        sa.Column("sign_count", sa.BigInteger(), nullable=False, comment="of the device, 0 where it does not count"),
        sa.Column("transports", sa.Text(), nullable=False, comment="how the device is reached, with blanks in between"),
        sa.Column("aaguid", sa.Uuid(), nullable=False, comment="the kind of device"),
        sa.Column("backup_eligible", sa.Boolean(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="what the member calls it"),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("last_used_at", moment, nullable=True),
        sa.Column(
            "needs_password", sa.Boolean(), nullable=False, server_default=no, comment="it counts beside it only"
        ),
        sa.PrimaryKeyConstraint("user_id", "passkey_id"),
    )
    op.create_table(
        "passkey_credentials",
        sa.Column("credential_id", BYTEA(), nullable=False, comment="which nobody else may have"),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("credential_id"),
    )
    op.create_index("passkey_credentials_of_member", "passkey_credentials", ["user_id"])
    op.create_table(
        "passkey_challenges",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("challenge_id", sa.Uuid(), nullable=False, comment="of one that was answered"),
        sa.Column("expires_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "challenge_id"),
    )
    op.create_index("passkey_challenges_end", "passkey_challenges", ["expires_at"])
    began = sa.Column(
        "by_password", sa.Boolean(), nullable=False, server_default=sa.text("true"), comment="or else by a passkey"
    )
    op.add_column("sign_in_steps", began)


def downgrade() -> None:
    """Drop them."""
    op.drop_column("sign_in_steps", "by_password")
    op.drop_table("passkey_challenges")
    op.drop_table("passkey_credentials")
    op.drop_table("passkeys")
