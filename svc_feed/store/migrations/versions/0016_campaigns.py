"""Campaigns with their ledger, and the impressions they pay for."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "campaigns",
        sa.Column("advertiser_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False, comment="of the advertiser"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False, comment="ISO 4217"),
        sa.Column(
            "budget", sa.BigInteger(), nullable=False, comment="in the currency's smallest unit, as all amounts below"
        ),
        sa.Column("daily_budget", sa.BigInteger(), nullable=True),
        sa.Column("cost_per_mille", sa.BigInteger(), nullable=False),
        sa.Column("max_bid", sa.BigInteger(), nullable=True),
        sa.Column("locations", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("skills", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("headline_words", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("pacing", sa.Text(), nullable=False),
        sa.Column("frequency_cap", sa.Integer(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("review", sa.Text(), nullable=False),
        sa.Column("rejection", sa.Text(), server_default="", nullable=False),
        sa.Column("approved_revision", sa.Integer(), nullable=True, comment="of the post, when somebody looked at it"),
        sa.Column("paused", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "revision",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="raised by every change but those below",
        ),
        sa.Column(
            "spent", sa.BigInteger(), server_default="0", nullable=False, comment="in thousandths of the smallest unit"
        ),
        sa.Column("day", sa.Date(), nullable=True, comment="the last on which anything was spent, in UTC"),
        sa.Column("spent_on_day", sa.BigInteger(), server_default="0", nullable=False, comment="in thousandths"),
        sa.Column("impressions", sa.BigInteger(), server_default="0", nullable=False, comment="lines of the ledger"),
        sa.Column("clicks", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reach", sa.BigInteger(), server_default="0", nullable=False, comment="members who saw it"),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("advertiser_id", "id"),
    )
    op.create_index("campaigns_alive", "campaigns", ["end_at"], postgresql_where=sa.text("ended_at IS NULL"))
    op.create_table(
        "campaign_index",
        sa.Column("id", sa.Uuid(), nullable=False, comment="a campaign's id finds its advertiser, hence its shard"),
        sa.Column("advertiser_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "charges",
        sa.Column("advertiser_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column(
            "number", sa.BigInteger(), nullable=False, comment="counts the lines of a campaign's ledger, without gaps"
        ),
        sa.Column("impression_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="in thousandths of the smallest unit"),
        sa.Column("spent", sa.BigInteger(), nullable=False, comment="the sum of the campaign up to this line"),
        sa.Column("charged_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("advertiser_id", "campaign_id", "number"),
    )
    op.create_table(
        "campaign_viewers",
        sa.Column("advertiser_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("viewer_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("advertiser_id", "campaign_id", "viewer_id"),
    )
    op.create_index("campaign_viewers_of_member", "campaign_viewers", ["viewer_id"])
    op.create_table(
        "campaign_reviews",
        sa.Column("advertiser_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False, comment="who decided"),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("post_revision", sa.Integer(), nullable=False, comment="what was looked at"),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("advertiser_id", "campaign_id", "id"),
    )
    op.create_table(
        "impressions",
        sa.Column("viewer_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False, comment="a range of ids is a range of time"),
        sa.Column("advertiser_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="in UTC"),
        sa.Column(
            "nth", sa.Integer(), nullable=False, comment="of the campaign for the viewer on the day: bounded by its cap"
        ),
        sa.Column("price", sa.BigInteger(), nullable=False, comment="in thousandths of the smallest unit"),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("charged", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("clicked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("viewer_id", "id"),
    )
    op.create_index("impressions_by_age", "impressions", ["served_at"])
    op.create_index("impressions_in_turn", "impressions", ["viewer_id", "campaign_id", "day", "nth"], unique=True)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("impressions")
    op.drop_table("campaign_reviews")
    op.drop_table("campaign_viewers")
    op.drop_table("charges")
    op.drop_table("campaign_index")
    op.drop_table("campaigns")
