"""How members prove more than that they know a password."""

from sqlalchemy import BigInteger, Column, Index, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import BYTEA

from svc_profile.store.tables.columns import metadata, moment

totp_secrets = Table(
    "totp_secrets",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("key_id", Text, nullable=False, comment="of the setting that opens `sealed`"),
    Column("sealed", BYTEA, nullable=False, comment="AES-GCM, bound to the member"),
    moment("created_at"),
    moment("confirmed_at", nullable=True),
    Column("last_step", BigInteger, nullable=False, server_default="0", comment="of the newest code that was taken"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("code_hash", BYTEA, primary_key=True, comment="SHA-256 of 80 bits"),
    moment("created_at"),
)

factor_recoveries = Table(
    "factor_recoveries",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    moment("asked_at"),
    moment("due_at"),
    Index("factor_recoveries_end", "due_at"),
)

sign_in_steps = Table(
    "sign_in_steps",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("token_hash", BYTEA, primary_key=True, comment="SHA-256 of the token's secret"),
    Column("device", BYTEA, nullable=False, comment="fingerprint of kind and network"),
    Column("device_name", Text, nullable=False, comment="what the member calls it"),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    moment("expires_at"),
    Index("sign_in_steps_end", "expires_at"),
)
