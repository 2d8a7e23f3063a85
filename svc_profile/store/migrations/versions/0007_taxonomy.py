"""Imported taxonomies, and the occupations of positions."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and the column."""
    op.add_column("positions", sa.Column("occupation_id", sa.Uuid(), nullable=True, comment="of the taxonomy"))
    op.create_table(
        "taxonomy_imports",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="of the files: what was imported is not imported again"),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "taxonomy_concepts",
        sa.Column("concept_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="skill or occupation"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aliases", sa.Text(), nullable=False, comment="one in each line"),
        sa.PrimaryKeyConstraint("concept_id"),
    )
    op.create_table(
        "taxonomy_relations",
        sa.Column("occupation_id", sa.Uuid(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="of the skill among those of the occupation"),
        sa.PrimaryKeyConstraint("occupation_id", "skill_id"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("taxonomy_relations", "taxonomy_concepts", "taxonomy_imports"):
        op.drop_table(table)
    op.drop_column("positions", "occupation_id")
