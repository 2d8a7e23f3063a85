"""The first schema of the service."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from mesh.data.schema import create_mesh_tables_v1, drop_mesh_tables_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    create_mesh_tables_v1()
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")  # trusted: needs no superuser
    op.create_table(
        "applications",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("cover_letter", sa.Text(), server_default="", nullable=False),
        sa.Column("resume_media_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "job_id", "applicant_id"),
    )
    op.create_table(
        "companies",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("industry", sa.Text(), server_default="", nullable=False),
        sa.Column("website", sa.Text(), server_default="", nullable=False),
        sa.Column("size", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("location", sa.Text(), server_default="", nullable=False),
        sa.Column("logo_url", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("company_id"),
    )
    op.create_table(
        "company_admins",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "user_id"),
    )
    op.create_table(
        "company_names",
        sa.Column("name_key", sa.Text(), nullable=False, comment="the name without case and extra spaces"),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("name_key"),
    )
    op.create_table(
        "job_index",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("job_id"),
    )
    op.create_table(
        "jobs",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("company_name", sa.Text(), nullable=False, comment="as of the last write; what search results show"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), server_default="", nullable=False),
        sa.Column("remote", sa.Boolean(), nullable=False),
        sa.Column("salary_currency", sa.Text(), nullable=True),
        sa.Column("salary_min", sa.BigInteger(), nullable=True),
        sa.Column("salary_max", sa.BigInteger(), nullable=True),
        sa.Column("experience_level", sa.SmallInteger(), nullable=False),
        sa.Column("employment_type", sa.SmallInteger(), nullable=False),
        sa.Column("skills", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "words",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('english', title), 'A') || "
                "setweight(to_tsvector('english', company_name), 'B') || "
                "setweight(to_tsvector('english', description), 'C')",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("company_id", "job_id"),
    )
    op.create_index(
        "jobs_location",
        "jobs",
        [sa.func.lower(sa.text("location")).label("place")],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"place": "gin_trgm_ops"},
    )
    op.create_index("jobs_of_company", "jobs", ["company_id", "created_at"], unique=False)
    op.create_index(
        "jobs_open",
        "jobs",
        [sa.text("created_at DESC"), sa.text("job_id DESC")],
        unique=False,
        postgresql_where=sa.text("status = 2"),
    )
    op.create_index("jobs_words", "jobs", ["words"], unique=False, postgresql_using="gin")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("jobs")
    op.drop_table("job_index")
    op.drop_table("company_names")
    op.drop_table("company_admins")
    op.drop_table("companies")
    op.drop_table("applications")
    drop_mesh_tables_v1()
