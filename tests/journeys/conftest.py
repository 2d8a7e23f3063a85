"""The whole mesh in process: every role as `guild up` runs it, behind the edge."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from edge.app import build as build_edge
from edge.config import Config as EdgeConfig
from edge.config import EdgeSettings
from mesh.embedded import free_port
from mesh.lifecycle import App
from mesh.settings import (
    Engine,
    MailSettings,
    NatsSettings,
    ObjectSettings,
    RedisSettings,
    RpcSettings,
    Secret,
    ServerSettings,
)
from mesh.testing import TestIdentity
from mesh.testing.databases import Databases
from mesh.testing.engines import both_engines
from svc_feed.app import build_api as build_feed
from svc_feed.app import build_worker as build_feed_worker
from svc_feed.config import Config as FeedConfig
from svc_jobs.app import build as build_jobs
from svc_jobs.config import Config as JobsConfig
from svc_messaging.app import build as build_messaging
from svc_messaging.app import build_notification_worker
from svc_messaging.config import Config as MessagingConfig
from svc_profile.app import build as build_profile
from svc_profile.config import Config as ProfileConfig

engine = both_engines


@dataclass(frozen=True)
class Mesh:
    """Where a client from outside finds the system."""

    http: str
    websocket: str
    grpc: str
    admin_token: str
    databases: Mapping[str, str]
    services: Mapping[str, str]
    """Where the services themselves listen, by name."""
    admin_port: int
    """Metrics of all roles, since they are one process here."""

    def client(self, token: str = "") -> httpx.AsyncClient:
        """A REST client, signed in with `token`."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(base_url=self.http, headers=headers, timeout=10)


def address(app: App) -> str:
    return f"127.0.0.1:{app.ports['rpc']}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mesh(
    engine: Engine,
    identity: TestIdentity,
    redis_settings: RedisSettings,
    nats_settings: NatsSettings,
    database_of: Databases,
    mail_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Mesh]:
    """All roles, on the stores of this run."""
    http_port, grpc_port = free_port(), free_port()
    objects = ObjectSettings(
        folder=tmp_path_factory.mktemp("objects"),
        public_url=f"http://127.0.0.1:{http_port}",
        secret=Secret("signs addresses"),
    )
    common: dict[str, Any] = {
        "rpc": RpcSettings(engine),
        "server": ServerSettings(),
        "redis": redis_settings,
        "nats": nats_settings,
        "auth": identity.settings,
        "page_token_secret": Secret("the page token secret under test"),
    }
    databases = {f"guild_{name}": await database_of(f"svc_{name}") for name in ("profile", "feed", "messaging", "jobs")}
    async with AsyncExitStack() as running:

        async def run(app: App) -> App:
            return await running.enter_async_context(app)

        ports = {name: free_port() for name in ("feed", "messaging", "jobs")}
        listening = {name: common | {"server": ServerSettings(port=port)} for name, port in ports.items()}
        profile = await run(
            build_profile(
                ProfileConfig(
                    **common,
                    **{f"{name}_address": f"127.0.0.1:{port}" for name, port in ports.items()},
                    database=databases["guild_profile"],
                    mail=MailSettings(folder=mail_folder),
                    signing_keys_dir=identity.ring_folder,
                    hashing_cost="test",
                )
            )
        )
        feed_config = FeedConfig(
            **listening["feed"],
            database=databases["guild_feed"],
            profile_address=address(profile),
            objects=objects,
        )
        feed = await run(build_feed(feed_config))
        await run(build_feed_worker(replace(feed_config, server=common["server"])))
        messaging_config = MessagingConfig(
            **listening["messaging"], database=databases["guild_messaging"], profile_address=address(profile)
        )
        messaging = await run(build_messaging(messaging_config))
        await run(build_notification_worker(replace(messaging_config, server=common["server"])))
        jobs = await run(build_jobs(JobsConfig(**listening["jobs"], database=databases["guild_jobs"])))
        await run(
            build_edge(
                EdgeConfig(
                    edge=EdgeSettings(http_port=http_port, grpc_port=grpc_port),
                    rpc=common["rpc"],
                    server=common["server"],
                    auth=identity.settings,
                    objects=objects,
                    profile_address=address(profile),
                    feed_address=address(feed),
                    messaging_address=address(messaging),
                    jobs_address=address(jobs),
                )
            )
        )
        yield Mesh(
            f"http://127.0.0.1:{http_port}",
            f"ws://127.0.0.1:{http_port}/ws",
            f"127.0.0.1:{grpc_port}",
            identity.settings.admin_token.reveal(),
            {name: settings.dsn for name, settings in databases.items()},
            {
                "profile": address(profile),
                "feed": address(feed),
                "messaging": address(messaging),
                "jobs": address(jobs),
            },
            profile.ports["admin"],
        )
