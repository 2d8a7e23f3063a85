"""Whole services in process, over a real socket, on the stores of this run."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from mesh.lifecycle import App
from mesh.rpc.client import Peer
from mesh.settings import NatsSettings, RedisSettings, Secret, ServerSettings
from mesh.testing import TestIdentity
from mesh.testing.databases import Databases
from svc_jobs.app import build as build_jobs
from svc_jobs.config import Config as JobsConfig
from svc_profile.app import build as build_profile
from svc_profile.config import Config as ProfileConfig


@dataclass(frozen=True)
class Running:
    """A started App with a channel to it."""

    app: App
    address: str
    channel: Any


@pytest.fixture(scope="module", params=["native", "grpcio"])
def engine(request: pytest.FixtureRequest) -> str:
    """Both server engines, one after the other."""
    return request.param


@pytest.fixture(scope="module")
def common(
    engine: str, identity: TestIdentity, redis_settings: RedisSettings, nats_settings: NatsSettings
) -> dict[str, Any]:
    """The settings every service under test gets."""
    return {
        "server": ServerSettings(engine=engine),  # pyright: ignore[reportArgumentType] - one of the two names
        "redis": redis_settings,
        "nats": nats_settings,
        "auth": identity.settings,
        "page_token_secret": Secret("the page token secret under test"),
    }


@asynccontextmanager
async def serving(app: App) -> AsyncIterator[Running]:
    """Run an App with a client for it."""
    async with app:
        address = f"127.0.0.1:{app.ports['rpc']}"
        peer = Peer(address, name="under-test")
        await peer.start()
        try:
            yield Running(app, address, peer.channel)
        finally:
            await peer.stop()


@pytest.fixture(scope="session")
def serve() -> Callable[[App], Any]:
    """What runs an App for the length of a block, with a client for it."""
    return serving


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def profile(
    common: dict[str, Any], database_of: Databases, identity: TestIdentity, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Running]:
    """The profile service, with cheap password hashes and no cool-down between requests."""
    config = ProfileConfig(
        **common,
        database=await database_of("svc_profile"),
        signing_keys_dir=identity.ring_folder,
        hashing_cost="test",
        request_cooldown_days=0.0,
    )
    async with serving(build_profile(config)) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def jobs(common: dict[str, Any], database_of: Databases) -> AsyncIterator[Running]:
    """The jobs service."""
    config = JobsConfig(**common, database=await database_of("svc_jobs"))
    async with serving(build_jobs(config)) as running:
        yield running
