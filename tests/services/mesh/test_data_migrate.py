"""Migrations of a service package, run by whoever comes first."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from mesh.data import mesh_tables
from mesh.data.migrate import MIGRATION_LOCK, create_database, upgrade
from mesh.testing import RunningServers, wait_for

OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

ENV = """
from sqlalchemy import MetaData
from mesh.data.migrate import run_env
run_env(MetaData())
"""
FIRST = """
from mesh.data.schema import create_mesh_tables_v1
revision, down_revision, branch_labels, depends_on = "0001", None, None, None
def upgrade(): create_mesh_tables_v1()
def downgrade(): pass
"""
SECOND = """
from alembic import op
revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None
def upgrade():
    op.execute("CREATE TABLE things (id UUID PRIMARY KEY)")
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY things_id ON things (id)")
def downgrade(): pass
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service package with two migrations."""
    name = f"svc_{uuid4().hex}"
    root = tmp_path_factory.mktemp("packages")
    migrations = root / name / "store" / "migrations"
    (migrations / "versions").mkdir(parents=True)
    for path, content in {
        Path(root, name, "__init__.py"): "",
        migrations / "env.py": ENV,
        migrations / "script.py.mako": "",
        migrations / "versions" / "0001_mesh.py": FIRST,
        migrations / "versions" / "0002_things.py": SECOND,
    }.items():
        path.write_text(content)
    sys.path.insert(0, str(root))
    yield name
    sys.path.remove(str(root))


@pytest.fixture
def dsn(servers: RunningServers) -> str:
    return servers.postgres_dsn(f"test_{uuid4().hex[:12]}")


async def create(servers: RunningServers, dsn: str) -> None:
    await create_database(servers.postgres_dsn("postgres"), dsn.rpartition("/")[2])


async def test_a_database_is_created_once(servers: RunningServers, dsn: str) -> None:
    """Several processes may ask for the same database at once; afterwards it is there."""
    await asyncio.gather(*(create(servers, dsn) for _ in range(4)))
    await create(servers, dsn)

    connection = await asyncpg.connect(dsn)
    await connection.close()


async def test_a_name_is_checked(servers: RunningServers) -> None:
    """A name that would need quoting is refused."""
    with pytest.raises(ValueError, match="no name for a database"):
        await create_database(servers.postgres_dsn("postgres"), 'x"; DROP DATABASE postgres')


async def test_one_migrates_at_a_time(servers: RunningServers, dsn: str, package: str) -> None:
    """Of several that upgrade one does the work, in every revision; the others wait and find it done."""
    await create(servers, dsn)
    other = await asyncpg.connect(dsn)
    try:
        await other.execute(f"SELECT pg_advisory_lock({MIGRATION_LOCK})")  # another process migrates
        upgrades = asyncio.gather(upgrade(package, dsn), upgrade(package, dsn))
        await wait_for(lambda: other.fetchval(OTHERS))
        assert await other.fetchval("SELECT to_regclass('alembic_version')") is None

        await other.execute(f"SELECT pg_advisory_unlock({MIGRATION_LOCK})")
        await upgrades

        assert "0002" == await other.fetchval("SELECT version_num FROM alembic_version")
        assert 0 == await other.fetchval("SELECT count(*) FROM things")
    finally:
        await other.close()


async def test_the_mesh_schema_is_what_the_statements_expect(servers: RunningServers, dsn: str, package: str) -> None:
    """The DDL of the first migration gives exactly the tables that `mesh_tables` describes."""
    await create(servers, dsn)
    await upgrade(package, dsn, revision="0001")
    metadata = MetaData()
    mesh_tables(metadata)

    def difference(connection: Any) -> list[Any]:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://"), poolclass=NullPool)
    async with engine.connect() as connection:
        found = await connection.run_sync(difference)
    await engine.dispose()

    assert [] == [change for change in found if "alembic_version" not in str(change)]


async def test_a_package_that_is_not_there(dsn: str) -> None:
    """A wrong package name is told as such."""
    with pytest.raises(LookupError, match="svc_nowhere"):
        await upgrade("svc_nowhere", dsn)
