"""The transports a role can stand on, behind the interfaces of grpc.aio.Server, grpc.aio.Channel.

`wire` is our own, `grpcio` the reference to compare it with; they understand each other. Nothing else knows of them.
"""

import random
from collections.abc import Mapping
from types import ModuleType
from typing import Any, cast

import grpc
from grpc.aio import Channel

from mesh import tls
from mesh.limits.door import Door
from mesh.rpc.doorkeeper import Doorkeeper
from mesh.rpc.engine import grpcio, wire
from mesh.settings import MAX_MESSAGE_BYTES, Engine, PeerSettings, ServerSettings, SettingsError

ENGINES: Mapping[Engine, ModuleType] = {"wire": wire, "grpcio": grpcio}

FREE_PORTS = range(20_000, 32_768)
"""Where a free port is looked for; above, the kernel hands ports out to clients."""
BIND_ATTEMPTS = 64


def check(settings: ServerSettings) -> None:
    """Raise SettingsError for what no server can be made of."""
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise SettingsError("GUILD_SERVER_TLS_CERT and GUILD_SERVER_TLS_KEY are set together or not at all")
    if settings.tls_client_ca is not None and not settings.tls:
        raise SettingsError("GUILD_SERVER_TLS_CLIENT_CA needs GUILD_SERVER_TLS_CERT and GUILD_SERVER_TLS_KEY")
    if settings.tls:
        tls.check_server(settings)


def server(engine: Engine, settings: ServerSettings, door: Door, *, public: bool = False) -> grpc.aio.Server:
    """Return a server without handlers, not bound; its calls pass `door`. A `public` one expects unknown clients."""
    return cast("grpc.aio.Server", ENGINES[engine].server(settings, Doorkeeper(door), public=public))


def secret(engine: Engine, settings: PeerSettings) -> Any:
    """Return what channels are secured with; raises SettingsError for files that cannot be used."""
    return ENGINES[engine].secret(settings)


def channel(engine: Engine, address: str, secret: Any = None, max_message_bytes: int = MAX_MESSAGE_BYTES) -> Channel:
    """Return a channel, which connects at its first call; with a `secret` over TLS."""
    return cast("Channel", ENGINES[engine].channel(address, secret, max_message_bytes))


def bind(engine: Engine, server: grpc.aio.Server, settings: ServerSettings) -> int:
    """Bind to the address of the settings and return the port, 0 for a socket in the file system.

    A port of 0 takes a free one below 32768. Raises RuntimeError for an address that is taken.
    """
    listen: Any = ENGINES[engine].listen
    if settings.port or settings.host.startswith("unix:"):
        return listen(server, address(settings.host, settings.port), settings)
    for port in random.sample(FREE_PORTS, BIND_ATTEMPTS):
        try:
            return listen(server, address(settings.host, port), settings)
        except RuntimeError:  # taken by somebody else
            continue
    raise RuntimeError(f"no free port for {settings.host} after {BIND_ATTEMPTS} attempts")


def address(host: str, port: int) -> str:
    """Return what a server binds to and a peer calls."""
    if host.startswith("unix:"):
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
