"""Skills of profiles, and endorsements of them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "skills",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("concept_id", sa.Uuid(), nullable=True, comment="of the taxonomy"),
        sa.Column("endorsement_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("weight", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="of all endorsements"),
        sa.PrimaryKeyConstraint("user_id", "id"),
    )
    op.create_table(
        "endorsements",
        sa.Column("user_id", sa.Uuid(), nullable=False, comment="who has the skill"),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("endorser_id", sa.Uuid(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("in_ring", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "skill_id", "endorser_id"),
    )
    op.create_index("endorsements_newest", "endorsements", ["user_id", "skill_id", "created_at", "endorser_id"])
    op.create_index("endorsements_between", "endorsements", ["user_id", "endorser_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("endorsements")
    op.drop_table("skills")
