"""What a search finds is folded by the service, not by the database; what a salary is paid for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from mesh.texts import fold
from svc_jobs.store.jobs import job_words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the generated words, for the jobs that are there as for new ones."""
    op.drop_index("jobs_words", "jobs")
    op.drop_index("jobs_location", "jobs")
    op.drop_column("jobs", "words")
    op.add_column(
        "jobs",
        sa.Column("words", postgresql.TSVECTOR(), server_default="", nullable=False, comment="made by mesh.lexemes"),
    )
    op.add_column(
        "jobs",
        sa.Column("skill_keys", sa.ARRAY(sa.Text()), server_default="{}", nullable=False, comment="the skills, folded"),
    )
    op.add_column(
        "jobs", sa.Column("place", sa.Text(), server_default="", nullable=False, comment="the location, folded")
    )
    op.add_column("jobs", sa.Column("salary_period", sa.SmallInteger(), server_default="0", nullable=False))
    _find_again()
    op.create_index("jobs_words", "jobs", ["words"], unique=False, postgresql_using="gin")
    op.create_index(
        "jobs_location",
        "jobs",
        ["place"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"place": "gin_trgm_ops"},
    )
    op.alter_column("company_names", "name_key", comment="the skeleton of the name")


def _find_again() -> None:
    here = op.get_bind()
    change = sa.text(
        "UPDATE jobs SET words = CAST(:words AS tsvector), skill_keys = :skills, place = :place"
        " WHERE company_id = :company AND job_id = :job"
    ).bindparams(sa.bindparam("skills", type_=sa.ARRAY(sa.Text())))
    texts = "SELECT company_id, job_id, title, company_name, description, location, skills FROM jobs"
    for row in here.execute(sa.text(texts)).mappings().all():
        here.execute(
            change,
            {
                "words": job_words(
                    row["title"], row["skills"], row["company_name"], row["location"], row["description"]
                ),
                "skills": [fold(skill) for skill in row["skills"]],
                "place": fold(row["location"]),
                "company": row["company_id"],
                "job": row["job_id"],
            },
        )


def downgrade() -> None:
    """Let the database make the words again."""
    op.alter_column("company_names", "name_key", comment="the name without case and extra spaces")
    op.drop_index("jobs_location", "jobs")
    op.drop_index("jobs_words", "jobs")
    for column in ("salary_period", "place", "skill_keys", "words"):
        op.drop_column("jobs", column)
    op.add_column(
        "jobs",
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
    )
    op.create_index("jobs_words", "jobs", ["words"], unique=False, postgresql_using="gin")
    op.create_index(
        "jobs_location",
        "jobs",
        [sa.func.lower(sa.text("location")).label("place")],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"place": "gin_trgm_ops"},
    )
