"""Servers and channels of both Python transports, behind the one interface of grpc.aio."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from grpc_reflection.v1alpha import reflection
from grpc_reflection.v1alpha.reflection_pb2_grpc import add_ServerReflectionServicer_to_server

from mesh.embedded import free_port
from mesh.wire.server import Server
from tests.interop.servicer import TestService
from tests.interop.stubs import pb, rpc


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that runs; what it serves is known when it is one of ours."""

    address: str
    service: TestService | None = None


@asynccontextmanager
async def serving(engine: str) -> AsyncIterator[Serving]:
    """Serve the test service, with reflection, on a free loopback port."""
    service, server = TestService(), _server(engine)
    rpc.add_TestServiceServicer_to_server(service, server)
    names = [pb.DESCRIPTOR.services_by_name["TestService"].full_name, reflection.SERVICE_NAME]
    add_ServerReflectionServicer_to_server(reflection.aio.ReflectionServicer(names), server)
    address = f"127.0.0.1:{free_port()}"
    server.add_insecure_port(address)
    await server.start()
    try:
        yield Serving(address, service)
    finally:
        await server.stop(None)


def channel(engine: str, address: str) -> Any:
    """Return a channel, to be used as a context manager."""
    return grpc.aio.insecure_channel(address)


def _server(engine: str) -> Any:
    return Server() if engine == "wire" else grpc.aio.server()
