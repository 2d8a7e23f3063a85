"""Runs an App in process with a client for it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc

from mesh.lifecycle import App
from mesh.rpc.client import Peer
from mesh.rpc.server import RpcServer
from mesh.settings import Engine


@dataclass(frozen=True, slots=True)
class Running:
    """A started App with a channel to it."""

    app: App
    address: str
    channel: grpc.aio.Channel


@asynccontextmanager
async def serving(app: App) -> AsyncGenerator[Running]:
    """Run an App, with a client for it, as long as the block."""
    async with app:
        address = f"127.0.0.1:{app.ports['rpc']}"
        async with calling(address, engine=_engine(app)) as channel:
            yield Running(app, address, channel)


@asynccontextmanager
async def calling(address: str, name: str = "under-test", engine: Engine = "wire") -> AsyncGenerator[grpc.aio.Channel]:
    """Open a channel to a service, as its peers in the mesh do."""
    peer = Peer(address, name=name, engine=engine)
    await peer.start()
    try:
        yield peer.channel
    finally:
        await peer.stop()


def _engine(app: App) -> Engine:
    """Return the transport that the App serves by."""
    for part in app.parts:
        if isinstance(part, RpcServer):
            return part.engine
    return "wire"
