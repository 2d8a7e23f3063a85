"""By what a search finds the members."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; running roles fill it for the members who are there."""
    op.add_column(
        "users",
        sa.Column(
            "searchable_by",
            sa.SmallInteger(),
            server_default="0",
            nullable=False,
            comment="version of the rules by which people_search has the member",
        ),
    )
    op.create_index("users_searchable_by", "users", ["searchable_by"])
    op.create_table(
        "people_search",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "near",
            sa.Boolean(),
            nullable=False,
            comment="for those who are connected, where they see more than others",
        ),
        sa.Column("split", sa.Boolean(), nullable=False, comment="there is a row for each"),
        sa.Column("words", TSVECTOR(), nullable=False, comment="a set without positions: domain.findable"),
        sa.Column(
            "tags", ARRAY(sa.BigInteger()), nullable=False, comment="what can be narrowed by and counted, hashed"
        ),
        sa.PrimaryKeyConstraint("user_id", "near"),
    )
    op.create_index("people_search_words", "people_search", ["words"], postgresql_using="gin")
    op.create_index("people_search_tags", "people_search", ["tags"], postgresql_using="gin")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("people_search")
    op.drop_index("users_searchable_by", "users")
    op.drop_column("users", "searchable_by")
