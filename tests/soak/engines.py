"""Servers and channels of the soak on the wire, and on grpcio as the reference."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import grpc
import uvloop

from mesh.wire.client import Channel
from mesh.wire.limits import Limits
from mesh.wire.server import Server

Engine = Literal["wire", "grpcio"]
Loop = Literal["uvloop", "asyncio"]
LOOPS: dict[Loop, Callable[[], asyncio.AbstractEventLoop]] = {
    "uvloop": uvloop.new_event_loop,
    "asyncio": asyncio.new_event_loop,
}
CONNECT_SECONDS = 5.0
"""So long that a busy machine is no fault."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """The files TLS is made of."""

    ca: Path
    cert: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens, and what sort of life its connections have."""

    name: str
    address: str
    tls: bool = False
    rough: bool = False
    """Whether connections are cut or the server is restarted: calls may end as UNAVAILABLE."""
    age: float | None = None
    """Seconds after which a connection is drained."""
    window: int = 256 * 1024
    """Octets a stream may send ahead."""
    max_streams: int = 1_000


def make_server(engine: Engine, place: Place, secrets: Secrets, handler: Any) -> Any:
    """Return a server that is bound, and not started."""
    server: Any = _wire_server(place) if engine == "wire" else _grpcio_server(place)
    server.add_generic_rpc_handlers((handler,))
    if place.tls:
        server.add_secure_port(place.address, _serving(engine, secrets))
    else:
        server.add_insecure_port(place.address)
    return server


def make_channel(engine: Engine, place: Place, address: str, secrets: Secrets) -> Any:
    """Return a channel; on the wire it connects at its first call."""
    if engine == "wire":
        limits = Limits(stream_window=place.window)
        tls = (lambda: _trusting(secrets)) if place.tls else None
        return Channel(address, limits=limits, tls=tls, connect_seconds=CONNECT_SECONDS)
    options = (("grpc.use_local_subchannel_pool", 1),)
    if place.tls:
        credentials = grpc.ssl_channel_credentials(secrets.ca.read_bytes())
        return grpc.aio.secure_channel(address, credentials, options)
    return grpc.aio.insecure_channel(address, options)


def _wire_server(place: Place) -> Server:
    limits = Limits(
        age_seconds=place.age,
        stream_window=place.window,
        max_window=max(place.window, 1024 * 1024),
        max_streams=place.max_streams,
    )
    return Server(limits)


def _grpcio_server(place: Place) -> Any:
    options: list[tuple[str, Any]] = [("grpc.so_reuseport", 0), ("grpc.max_concurrent_streams", place.max_streams)]
    if place.age is not None:
        options += (("grpc.max_connection_age_ms", int(place.age * 1000)), ("grpc.max_connection_age_grace_ms", 30_000))
    return grpc.aio.server(options=options)


def _serving(engine: Engine, secrets: Secrets) -> Any:
    if engine == "grpcio":
        return grpc.ssl_server_credentials([(secrets.key.read_bytes(), secrets.cert.read_bytes())])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["h2"])
    context.load_cert_chain(secrets.cert, secrets.key)
    return context


def _trusting(secrets: Secrets) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["h2"])
    context.load_verify_locations(secrets.ca)
    return context
