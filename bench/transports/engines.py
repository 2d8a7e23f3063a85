"""The transports of this process, behind the one interface of grpc.aio."""

from pathlib import Path
from typing import Any

import grpc

from bench.transports.contract import Engine


def new_server(engine: Engine) -> Any:
    """Return a server that does nothing yet."""
    if engine == "grpcio":
        return grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    raise ValueError(f"{engine} does not serve in Python")


def listen_secure(server: Any, address: str, cert: Path, key: Path) -> None:
    """Let a server listen with TLS."""
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
    raise ValueError(f"{engine} does not call in Python")
