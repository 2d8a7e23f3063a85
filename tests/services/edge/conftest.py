"""The edge in process, in front of real services and of a small one that misbehaves on demand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from edge.app import build as build_edge
from edge.config import Config as EdgeConfig
from edge.config import EdgeSettings
from mesh.embedded import free_port
from mesh.lifecycle import App
from mesh.rpc.server import RpcServer
from mesh.settings import Engine, RpcSettings
from mesh.testing import TestIdentity
from mesh.testing.engines import both_engines

from .sample import Sample, serve

engine = both_engines


@dataclass(frozen=True)
class RunningEdge:
    """A started edge with a client for its REST side."""

    app: App
    http: httpx.AsyncClient

    @property
    def grpc_address(self) -> str:
        return f"127.0.0.1:{self.app.ports['grpc']}"

    @property
    def ws_url(self) -> str:
        return f"ws://127.0.0.1:{self.app.ports['http']}/ws"


async def run_edge(identity: TestIdentity, **config: Any) -> AsyncIterator[RunningEdge]:
    """Run an edge on free ports; `edge` among the arguments holds its own settings."""
    own = {"http_port": free_port(), "grpc_port": free_port(), **config.pop("edge", {})}
    app = build_edge(EdgeConfig(edge=EdgeSettings(**own), auth=identity.settings, **config))
    async with app, httpx.AsyncClient(base_url=f"http://127.0.0.1:{app.ports['http']}") as client:
        yield RunningEdge(app, client)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def edge(profile: Any, identity: TestIdentity, engine: Engine) -> AsyncIterator[RunningEdge]:
    """An edge in front of the profile service; the others are down."""
    async for running in run_edge(identity, rpc=RpcSettings(engine), profile_address=profile.address):
        yield running


@dataclass(frozen=True)
class Stage:
    """An edge with the sample service behind all its names."""

    edge: RunningEdge
    server: RpcServer
    sample: Sample
    identity: TestIdentity

    def signed_in(self) -> dict[str, str]:
        """Headers of a member."""
        return {"authorization": f"Bearer {self.identity.sign_in().token}"}


@asynccontextmanager
async def staged(identity: TestIdentity, engine: Engine, **settings: Any) -> AsyncIterator[Stage]:
    """Run the sample with an edge in front of it."""
    sample = Sample()
    server = serve(sample, identity, engine)
    await server.start()
    addresses = {f"{name}_address": server.address for name in ("profile", "feed", "messaging", "jobs")}
    try:
        async for edge in run_edge(identity, **({"rpc": RpcSettings(engine)} | addresses | settings)):
            yield Stage(edge, server, sample, identity)
    finally:
        await server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_stage(identity: TestIdentity, engine: Engine) -> AsyncIterator[Stage]:
    """One stage for a module."""
    async with staged(identity, engine) as running:
        yield running


@pytest.fixture
def stage(shared_stage: Stage) -> Stage:
    """The module's stage, with nothing noted yet."""
    shared_stage.sample.forget()
    return shared_stage
