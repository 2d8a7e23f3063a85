"""The transports of this process, behind the one interface of grpc.aio."""

import ssl
from functools import partial
from pathlib import Path
from typing import Any

import grpc

from bench.transports.contract import Engine
from mesh.wire.client import Channel
from mesh.wire.server import Server


def new_server(engine: Engine) -> Any:
    """Return a server that does nothing yet."""
    if engine == "grpcio":
        return grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    if engine == "wire":
        return Server()
    raise ValueError(f"{engine} does not serve in Python")


def listen_secure(server: Any, address: str, cert: Path, key: Path) -> None:
    """Let a server listen with TLS."""
    if isinstance(server, Server):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(cert, key)
        context.set_alpn_protocols(["h2"])
        server.add_secure_port(address, context)
        return
    credentials = grpc.ssl_server_credentials([(key.read_bytes(), cert.read_bytes())])
    server.add_secure_port(address, credentials)


def new_channel(engine: Engine, address: str, ca: str) -> Any:
    """Return a connection of its own to `address`, with TLS when there is an authority to trust."""
    if engine == "grpcio":
        options = [("grpc.use_local_subchannel_pool", 1)]
        if not ca:
            return grpc.aio.insecure_channel(address, options)
        credentials = grpc.ssl_channel_credentials(Path(ca).read_bytes())
        return grpc.aio.secure_channel(address, credentials, options)
    if engine == "wire":
        return Channel(address, tls=partial(_trusting, ca) if ca else None)
    raise ValueError(f"{engine} does not call in Python")


def _trusting(ca: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols(["h2"])
    return context
