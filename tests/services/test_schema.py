"""The migrations of each service make exactly the tables its code is written for."""

import importlib

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

from mesh.testing.databases import Databases


@pytest.mark.parametrize("service", ["svc_profile", "svc_feed", "svc_messaging", "svc_jobs"])
async def test_migrations_and_tables_agree(service: str, database_of: Databases) -> None:
    """Alembic finds nothing to change in a freshly migrated database."""
    settings = await database_of(service)
    metadata = importlib.import_module(f"{service}.store.tables").metadata
    engine = create_async_engine(
        settings.dsn.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=pool.NullPool
    )

    def compare(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)

    async with engine.connect() as connection:
        assert [] == await connection.run_sync(compare)
    await engine.dispose()
