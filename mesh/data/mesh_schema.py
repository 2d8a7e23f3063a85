"""The first shape of the mesh's tables as DDL, for a service's first migration; what ran once is never edited."""

from alembic import op

_FIRST = (
    """
    CREATE TABLE outbox (
        bucket SMALLINT NOT NULL,
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        event_id UUID NOT NULL,
        subject TEXT NOT NULL,
        envelope BYTEA NOT NULL,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        published_at TIMESTAMPTZ,
        PRIMARY KEY (bucket, id)
    )
    """,
    "CREATE INDEX outbox_unpublished ON outbox (bucket, id) WHERE published_at IS NULL",
    "CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL",
    """
    CREATE TABLE outbox_lease (
        bucket SMALLINT PRIMARY KEY,
        owner TEXT NOT NULL,
        expires_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE inbox (
        consumer TEXT NOT NULL,
        event_id UUID NOT NULL,
        received_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer, event_id)
    )
    """,
    "CREATE INDEX inbox_received ON inbox (received_at)",
    """
    CREATE TABLE idempotency_keys (
        caller TEXT NOT NULL,
        method TEXT NOT NULL,
        key TEXT NOT NULL,
        request_hash BYTEA NOT NULL,
        reply BYTEA,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (caller, method, key)
    )
    """,
    "CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at)",
)


def create_mesh_tables() -> None:
    """Create outbox, outbox_lease, inbox and idempotency_keys: a step of a service's first migration."""
    for command in _FIRST:
        op.execute(command)
