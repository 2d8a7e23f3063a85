"""What the stores write down about people: nothing."""

import stat
from pathlib import Path

import asyncpg
import pytest

from mesh.embedded.process import open_log
from mesh.settings import DatabaseSettings
from mesh.testing import wait_for
from mesh.testing.databases import Databases
from mesh.testing.servers import RunningServers

SECRET = "somebody@private.example"
VIOLATIONS = {
    "duplicate": "INSERT INTO people (email) VALUES ($1)",
    "unique": "INSERT INTO people (email, phone) VALUES ($1 || '2', '1')",
    "check": "INSERT INTO people (email, age) VALUES ($1 || '3', -1)",
    "not null": "INSERT INTO people (email, age) VALUES ($1 || '4', NULL)",
    "foreign key": "INSERT INTO mail (email) VALUES ($1 || '5')",
    "exclusion": "INSERT INTO mail (email, at) VALUES ($1, 1)",
}
TABLES = """
    CREATE TABLE people (email text PRIMARY KEY, phone text UNIQUE, age int NOT NULL DEFAULT 1 CHECK (age > 0));
    CREATE TABLE mail (email text REFERENCES people, at int, EXCLUDE USING btree (email WITH =, at WITH =));
"""


@pytest.fixture
async def database(database_of: Databases) -> DatabaseSettings:
    return await database_of()


async def test_a_refused_row_is_not_in_the_log(database: DatabaseSettings, servers: RunningServers) -> None:
    """Whatever constraint refuses a row, PostgreSQL's log names the constraint and none of the values."""
    log, marker = servers.home / "servers" / "logs" / "postgres.log", "the last of these violations"
    connection = await asyncpg.connect(database.dsn)
    try:
        await connection.execute(TABLES)
        await connection.execute("INSERT INTO people VALUES ($1, '1')", SECRET)
        await connection.execute("INSERT INTO mail VALUES ($1, 1)", SECRET)
        for sql in VIOLATIONS.values():
            with pytest.raises(asyncpg.IntegrityConstraintViolationError):
                await connection.execute(sql, SECRET)
        with pytest.raises(asyncpg.RaiseError):
            await connection.execute(f"DO $$ BEGIN RAISE EXCEPTION '{marker}'; END $$")
    finally:
        await connection.close()

    await wait_for(lambda: marker in log.read_text(errors="replace"))
    written = log.read_text(errors="replace")

    assert 'violates unique constraint "people_pkey"' in written
    assert SECRET not in written


def test_logs_are_for_their_owner(servers: RunningServers) -> None:
    """Nobody else on the machine can read what the servers write."""
    logs = list(Path(servers.home / "servers" / "logs").glob("*.log"))

    assert {0o600} == {stat.S_IMODE(log.stat().st_mode) for log in logs}
    assert len(logs) == 3


@pytest.mark.parametrize("fresh", [False, True])
def test_a_log_of_an_older_run_becomes_its_owners(tmp_path: Path, fresh: bool) -> None:
    """A log that others could read is closed to them when it is opened again, gone on with or begun anew."""
    log = tmp_path / "role.log"
    log.write_text("before\n")
    log.chmod(0o644)

    with open_log(log, fresh=fresh) as output:
        output.write(b"after\n")

    assert 0o600 == stat.S_IMODE(log.stat().st_mode)
    assert ("" if fresh else "before\n") + "after\n" == log.read_text()
