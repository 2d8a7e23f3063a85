"""What members have done and learnt: a table for each list of a profile."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, Uuid, text

from svc_profile.store.tables.columns import metadata, moment


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _date(name: str, *, nullable: bool = True) -> Column[str]:
    return Column(name, Text, nullable=nullable, comment="2026, 2026-03 or 2026-03-01, as far as it is known")


positions = Table(
    "positions",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("title", Text, nullable=False),
    Column("company_name", Text, nullable=False),
    _date("start", nullable=False),
    _date("end"),
    Column("company_id", Uuid),
    Column("occupation_id", Uuid, comment="of the taxonomy"),
    _text("location"),
    _text("description"),
    Column("verification", Text, comment="a domain, since when and until when it counts, with blanks in between"),
)

education = Table(
    "education",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("school", Text, nullable=False),
    _text("degree"),
    _text("field_of_study"),
    _date("start"),
    _date("end"),
    _text("description"),
)

languages = Table(
    "languages",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("proficiency", Text),
)

certifications = Table(
    "certifications",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    _text("credential_id"),
    _text("credential_url"),
    _date("start"),
    _date("end"),
)

skills = Table(
    "skills",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("concept_id", Uuid, comment="of the taxonomy"),
    Column("endorsement_count", Integer, nullable=False, server_default=text("0")),
    Column("weight", Integer, nullable=False, server_default=text("0"), comment="of all endorsements"),
)

endorsements = Table(
    "endorsements",
    metadata,
    Column("user_id", Uuid, primary_key=True, comment="who has the skill"),
    Column("skill_id", Uuid, primary_key=True),
    Column("endorser_id", Uuid, primary_key=True),
    Column("weight", Integer, nullable=False),
    Column("in_ring", Boolean, nullable=False, server_default=text("false")),
    moment("created_at"),
    Index("endorsements_newest", "user_id", "skill_id", "created_at", "endorser_id"),
    Index("endorsements_between", "user_id", "endorser_id"),
)
