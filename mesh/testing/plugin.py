"""The pytest plugin of this repository: servers, databases, identities as fixtures.

The process that runs pytest owns the servers; xdist's workers find them by an environment variable.
"""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from mesh.settings import Engine, NatsSettings, RedisSettings
from mesh.testing.clock import ManualClock
from mesh.testing.databases import Databases
from mesh.testing.identity import TestIdentity
from mesh.testing.servers import ADDRESS_VARIABLE, RunningServers, ServerHost, ServersUnavailable, ask

_REDIS_DATABASES = 64
_host = pytest.StashKey[ServerHost]()


def pytest_configure(config: pytest.Config) -> None:
    """Offer servers to this run; nothing is started before a test asks."""
    if not hasattr(config, "workerinput"):
        config.stash[_host] = host = ServerHost()
        os.environ[ADDRESS_VARIABLE] = host.address


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers of this run."""
    if host := config.stash.get(_host, None):
        host.close()


@pytest.fixture(scope="session")
def servers() -> RunningServers:
    """PostgreSQL, Redis and NATS of this run."""
    try:
        return ask()
    except ServersUnavailable as error:
        if error.missing and not os.environ.get("CI"):
            pytest.skip(f"the embedded servers are not installed: {error}")
        raise


@pytest.fixture(scope="session")
def database_of(servers: RunningServers) -> Databases:
    """A factory of databases: await it with "svc_profile" for the settings of a new, migrated one."""
    return Databases(servers)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def redis_settings(servers: RunningServers, worker_id: str) -> RedisSettings:
    """An empty Redis database, this worker's own."""
    return await _redis_database(servers, worker_id, 0)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def other_redis_settings(servers: RunningServers, worker_id: str) -> RedisSettings:
    """Another one, for a system beside the first that is to know nothing of it."""
    return await _redis_database(servers, worker_id, 1)


async def _redis_database(servers: RunningServers, worker_id: str, which: int) -> RedisSettings:
    worker = int(worker_id.removeprefix("gw")) + 1 if worker_id.startswith("gw") else 0
    number = 2 * worker + which
    if number >= _REDIS_DATABASES:
        pytest.fail("more workers than Redis has databases: run fewer")
    url = f"{servers.redis_url.rsplit('/', 1)[0]}/{number}"
    async with Redis.from_url(url) as client:
        await client.flushdb()
    return RedisSettings(url=url)


@pytest.fixture(scope="module")
def nats_settings(servers: RunningServers) -> NatsSettings:
    """The bus with streams and subjects of this module's own."""
    return NatsSettings(url=servers.nats_url, stream_prefix=f"t{secrets.token_hex(4)}")


@pytest.fixture(scope="session")
def role_names() -> tuple[str, ...]:
    """Who has a key to sign with; the tests of a product say so."""
    return ("edge",)


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory, role_names: tuple[str, ...]) -> Iterator[TestIdentity]:
    """Signs members, services and operators in; `identity.settings` is what services under test are given."""
    identity = TestIdentity(tmp_path_factory.mktemp("keys") / "ring", roles=role_names)
    yield identity
    identity.close()


@pytest.fixture(scope="module")
def mail_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the mails and text messages of this module's services are written."""
    return tmp_path_factory.mktemp("mail")


@pytest.fixture
def clock() -> ManualClock:
    """A clock that a test moves."""
    return ManualClock()


@pytest.fixture(scope="module")
def engine() -> Engine:
    """The transport that is deployed; `mesh.testing.engines` has both, for tests of what lies between two ends."""
    return "wire"
