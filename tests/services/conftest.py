"""Whole services in process, over a real socket, on the stores of this run."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from mesh.lifecycle import App
from mesh.settings import Engine, MailSettings, NatsSettings, RedisSettings, RpcSettings, Secret, ServerSettings
from mesh.testing import TestIdentity
from mesh.testing.databases import Databases
from mesh.testing.serving import Running, serving
from svc_jobs.app import build as build_jobs
from svc_jobs.config import Config as JobsConfig
from svc_profile.app import build as build_profile
from svc_profile.config import Config as ProfileConfig


@pytest.fixture(scope="module")
def common(
    engine: Engine, identity: TestIdentity, redis_settings: RedisSettings, nats_settings: NatsSettings
) -> dict[str, Any]:
    """The settings every service under test gets."""
    return {
        "rpc": RpcSettings(engine),
        "server": ServerSettings(),
        "redis": redis_settings,
        "nats": nats_settings,
        "auth": identity.settings,
        "page_token_secret": Secret("the page token secret under test"),
    }


async def vouched_for(redis: RedisSettings) -> None:
    """Put the epoch of verdicts into force, which a profile service keeps: of itself that takes ten seconds."""
    async with Redis.from_url(redis.url) as client:
        await client.set("mesh:epoch", "=0:tests", px=3_000)


@pytest.fixture(scope="session")
def serve() -> Callable[[App], Any]:
    """What runs an App for the length of a block, with a client for it."""
    return serving


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def profile(
    common: dict[str, Any], database_of: Databases, identity: TestIdentity, mail_folder: Path
) -> AsyncIterator[Running]:
    """The profile service, with cheap password hashes and no cool-down between requests."""
    config = ProfileConfig(
        **common,
        database=await database_of("svc_profile"),
        mail=MailSettings(folder=mail_folder),
        signing_keys_dir=identity.ring_folder,
        hashing_cost="test",
        request_cooldown_days=0.0,
    )
    async with serving(build_profile(config)) as running:
        await vouched_for(config.redis)
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def jobs(common: dict[str, Any], database_of: Databases) -> AsyncIterator[Running]:
    """The jobs service."""
    config = JobsConfig(**common, database=await database_of("svc_jobs"))
    async with serving(build_jobs(config)) as running:
        yield running
