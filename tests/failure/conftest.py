"""Servers that a test may kill, with what services need to stand on them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from mesh.embedded import EmbeddedServers
from mesh.settings import DatabaseSettings, NatsSettings, RedisSettings, Secret
from mesh.testing import RunningServers, TestIdentity
from mesh.testing.databases import Databases


@dataclass(frozen=True)
class Ground:
    """Servers of one module's own; `common` are the settings every service on them gets."""

    home: Path
    servers: EmbeddedServers
    common: dict[str, Any]
    profile: dict[str, Any]
    databases: Databases
    compiled: Path
    """A folder for the compiled modules of child processes, which all workers of the run share."""

    async def database(self, package: str) -> DatabaseSettings:
        """A database with the tables of a service."""
        return await self.databases(package)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ground(tmp_path_factory: pytest.TempPathFactory, identity: TestIdentity) -> AsyncIterator[Ground]:
    """PostgreSQL, Redis and NATS that nobody else uses."""
    home = tmp_path_factory.mktemp("ground")
    servers = EmbeddedServers(home)
    await asyncio.to_thread(servers.start)
    running = RunningServers(home, servers.postgres_dsn("{database}"), servers.redis_url, servers.nats_url)
    common = {
        "redis": RedisSettings(servers.redis_url),
        "nats": NatsSettings(servers.nats_url),
        "auth": identity.settings,
        "page_token_secret": Secret("the page token secret under test"),
    }
    profile = {"signing_keys_dir": identity.ring_folder, "hashing_cost": "test", "request_cooldown_days": 0.0}
    yield Ground(home, servers, common, common | profile, Databases(running), tmp_path_factory.getbasetemp().parent)
    await asyncio.to_thread(servers.stop)
