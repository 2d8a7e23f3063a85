"""What operators imported beside the taxonomy of the product; each process reads all of it."""

from sqlalchemy import Column, Integer, Table, Text, Uuid

from svc_profile.store.tables.columns import metadata, moment

taxonomy_imports = Table(
    "taxonomy_imports",
    metadata,
    Column("source", Text, primary_key=True),
    Column("digest", Text, nullable=False, comment="of the files: what was imported is not imported again"),
    moment("imported_at"),
)

taxonomy_concepts = Table(
    "taxonomy_concepts",
    metadata,
    Column("concept_id", Uuid, primary_key=True),
    Column("source", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="skill or occupation"),
    Column("name", Text, nullable=False),
    Column("aliases", Text, nullable=False, comment="one in each line"),
)

taxonomy_relations = Table(
    "taxonomy_relations",
    metadata,
    Column("occupation_id", Uuid, primary_key=True),
    Column("skill_id", Uuid, primary_key=True),
    Column("source", Text, nullable=False),
    Column("place", Integer, nullable=False, comment="of the skill among those of the occupation"),
)
