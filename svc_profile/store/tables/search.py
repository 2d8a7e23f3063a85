"""By what a search finds the members."""

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Index, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import TSVECTOR

from svc_profile.store.tables.columns import metadata, moment

people_search = Table(
    "people_search",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("near", Boolean, primary_key=True, comment="for those who are connected, where they see more than others"),
    Column("split", Boolean, nullable=False, comment="there is a row for each"),
    Column("words", TSVECTOR, nullable=False, comment="a set without positions: domain.findable"),
    Column("tags", ARRAY(BigInteger), nullable=False, comment="what can be narrowed by and counted, hashed"),
    Index("people_search_words", "words", postgresql_using="gin"),
    Index("people_search_tags", "tags", postgresql_using="gin"),
)

contact_marks = Table(
    "contact_marks",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("mark", LargeBinary, primary_key=True, comment="keyed hash of a proven address or number"),
    Column("salt_id", Text, nullable=False, comment="names the key"),
    Index("contact_marks_mark", "mark"),
    Index("contact_marks_salt_id", "salt_id"),
)

contact_matches = Table(
    "contact_matches",
    metadata,
    Column("user_id", Uuid, primary_key=True, comment="has the address book"),
    Column("other_id", Uuid, primary_key=True),
    moment("expires_at"),
    Index("contact_matches_of_member", "other_id"),
    Index("contact_matches_end", "expires_at"),
)

contact_holders = Table(
    "contact_holders",
    metadata,
    Column("user_id", Uuid, primary_key=True, comment="is in the address book"),
    Column("other_id", Uuid, primary_key=True, comment="has it"),
    moment("expires_at"),
    Index("contact_holders_of_member", "other_id"),
    Index("contact_holders_end", "expires_at"),
)
