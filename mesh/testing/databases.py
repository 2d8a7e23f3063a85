"""Databases for test modules, cloned from a template that is migrated once per run."""

import asyncio
import fcntl
import secrets

import asyncpg

from mesh.settings import DatabaseSettings
from mesh.testing.servers import RunningServers

_ATTEMPTS = 20
_PAUSE = 0.1
_POOL = 6
"""Connections of one service under test; several modules share the server's two hundred."""


class Databases:
    """Makes databases on the servers of this run."""

    def __init__(self, servers: RunningServers) -> None:
        self._servers = servers

    async def __call__(self, package: str | None = None) -> DatabaseSettings:
        """Return a new database with the tables of `package` (svc_profile, …), empty without one."""
        template = "template1"
        if package:
            template = f"template_{package}"
            await asyncio.to_thread(self._migrate_once, package, template)
        name = f"test_{secrets.token_hex(6)}"
        await self._create(name, template)
        return DatabaseSettings(dsn=self._servers.postgres_dsn(name), pool_min=1, pool_max=_POOL)

    async def _create(self, name: str, template: str) -> None:
        for attempt in range(_ATTEMPTS):
            connection = await asyncpg.connect(self._servers.postgres_dsn())
            try:
                await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            except asyncpg.ObjectInUseError:  # a connection of the migration is still on its way out
                if attempt == _ATTEMPTS - 1:
                    raise
                await asyncio.sleep(_PAUSE)
            else:
                return
            finally:
                await connection.close()

    def _migrate_once(self, package: str, template: str) -> None:
        done = self._servers.home / f"{template}.done"
        with (self._servers.home / f"{template}.lock").open("w") as lock:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX)
            if not done.exists():
                asyncio.run(self._build(package, template))
                done.touch()

    async def _build(self, package: str, template: str) -> None:
        from mesh.data.migrate import create_database, upgrade  # Alembic is slow to import, most runs need it not

        await create_database(self._servers.postgres_dsn(), template)
        await upgrade(package, self._servers.postgres_dsn(template))
