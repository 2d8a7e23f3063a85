"""How members prove more than that they know a password."""

from sqlalchemy import BigInteger, Boolean, Column, Index, SmallInteger, Table, Text, Uuid
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
    Column("by_password", Boolean, nullable=False, server_default="true", comment="or else by a passkey"),
    moment("expires_at"),
    Index("sign_in_steps_end", "expires_at"),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("passkey_id", Uuid, primary_key=True),
    Column("credential_id", BYTEA, nullable=False, comment="what the device calls it"),
    Column("public_key", BYTEA, nullable=False, comment="COSE"),
    Column("sign_count", BigInteger, nullable=False, comment="of the device, 0 where it does not count"),
    Column("transports", Text, nullable=False, comment="how the device is reached, with blanks in between"),
    Column("aaguid", Uuid, nullable=False, comment="the kind of device"),
    Column("backup_eligible", Boolean, nullable=False),
    Column("backed_up", Boolean, nullable=False),
    Column("name", Text, nullable=False, comment="what the member calls it"),
    moment("created_at"),
    moment("last_used_at", nullable=True),
    Column("needs_password", Boolean, nullable=False, server_default="false", comment="it counts beside it only"),
)

passkey_credentials = Table(
    "passkey_credentials",
    metadata,
    Column("credential_id", BYTEA, primary_key=True, comment="which nobody else may have"),
    Column("user_id", Uuid, nullable=False),
    Index("passkey_credentials_of_member", "user_id"),
)

passkey_challenges = Table(
    "passkey_challenges",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("challenge_id", Uuid, primary_key=True, comment="of one that was answered"),
    moment("expires_at"),
    Index("passkey_challenges_end", "expires_at"),
)
