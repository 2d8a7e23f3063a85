"""The tables of the jobs service.

Companies, jobs and applications are distributed by `company_id`; a public job id finds its company through `job_index`.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from mesh.data import mesh_tables
from mesh.privacy import erased_rows_table

metadata = MetaData()
mesh_tables(metadata)
erased_rows_table(metadata)


def _moment(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False)


def _words(name: str) -> Column[object]:
    return Column(name, Text, nullable=False, server_default="")


companies = Table(
    "companies",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    _words("description"),
    _words("industry"),
    _words("website"),
    Column("size", SmallInteger, nullable=False, server_default="0"),
    _words("location"),
    _words("logo_url"),
    _moment("created_at"),
    _moment("updated_at"),
)

company_names = Table(
    "company_names",
    metadata,
    Column("name_key", Text, primary_key=True, comment="the skeleton of the name"),
    Column("company_id", Uuid, nullable=False),
)

company_admins = Table(
    "company_admins",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    _moment("added_at"),
    Index("company_admins_of_member", "user_id"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("job_id", Uuid, primary_key=True),
    Column("company_name", Text, nullable=False, comment="as of the last write; what search results show"),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    _words("location"),
    Column("remote", Boolean, nullable=False),
    Column("salary_currency", Text),
    Column("salary_min", BigInteger),
    Column("salary_max", BigInteger),
    Column("experience_level", SmallInteger, nullable=False),
    Column("employment_type", SmallInteger, nullable=False),
    Column("skills", ARRAY(Text), nullable=False),
    Column("status", SmallInteger, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("expires_at"),
    Column("words", TSVECTOR, nullable=False, server_default="", comment="made by mesh.lexemes"),
    Column("skill_keys", ARRAY(Text), nullable=False, server_default="{}", comment="the skills, folded"),
    Column("place", Text, nullable=False, server_default="", comment="the location, folded"),
    Column("salary_period", SmallInteger, nullable=False, server_default="0"),
    Column("removed", Boolean, nullable=False, server_default="false", comment="moderation took it down"),
    Column("moderated_at", DateTime(timezone=True), comment="the decision that says so: older ones come too late"),
    Index("jobs_words", "words", postgresql_using="gin"),
    Index(
        "jobs_open",
        text("created_at DESC"),
        text("job_id DESC"),
        postgresql_where=text("status = 2"),
    ),
    Index(
        "jobs_location",
        "place",
        postgresql_using="gin",
        postgresql_ops={"place": "gin_trgm_ops"},
    ),
    Index("jobs_of_company", "company_id", "created_at"),
)

job_index = Table(
    "job_index",
    metadata,
    Column("job_id", Uuid, primary_key=True),
    Column("company_id", Uuid, nullable=False),
)

applications = Table(
    "applications",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("job_id", Uuid, primary_key=True),
    Column("applicant_id", Uuid, primary_key=True),
    Column("application_id", Uuid, nullable=False),
    Column("stage", SmallInteger, nullable=False),
    _words("cover_letter"),
    Column("resume_media_id", Uuid),
    _moment("created_at"),
    _moment("updated_at"),
    Index("applications_of_member", "applicant_id", "created_at"),
)
