"""Our own transport, within the bounds of the mesh."""

import ssl
from dataclasses import replace

from mesh import tls
from mesh.rpc.doorkeeper import Doorkeeper
from mesh.rpc.engine import bounds
from mesh.settings import PeerSettings, ServerSettings
from mesh.wire.client import Channel
from mesh.wire.client.address import Backoff
from mesh.wire.limits import Limits
from mesh.wire.server import Server

_NUISANCES_OF_OURS = 20_000, 10_000.0
"""What a role bears of another at once and a second: under overload a thousand calls are given up in one turn of a
loop, and none is abuse. It is a fuse for a peer gone wild, which would else take most of a core."""


def server(settings: ServerSettings, doorkeeper: Doorkeeper, *, public: bool) -> Server:
    """Return a server."""
    burst, rate = _NUISANCES_OF_OURS
    limits = Limits(
        max_message_bytes=settings.max_message_bytes,
        max_streams=settings.max_streams,
        max_header_list_bytes=bounds.METADATA_BYTES,
        age_seconds=settings.max_connection_age_seconds,
        age_grace_seconds=bounds.AGE_GRACE_SECONDS,
        ping_seconds=bounds.SILENCE_SECONDS,
        ping_timeout_seconds=bounds.PING_SECONDS,
        min_ping_seconds=bounds.BETWEEN_PINGS_SECONDS,
        max_ping_strikes=bounds.PING_STRIKES,
        nuisance_burst=burst,
        nuisance_rate=rate,
    )
    return Server(_for_the_public(limits) if public else limits, doorkeeper)


def listen(server: Server, address: str, settings: ServerSettings) -> int:
    """Bind, and return the port; raises RuntimeError for an address that is taken."""
    if not settings.tls:
        return server.add_insecure_port(address)
    return server.add_secure_port(address, tls.server_context(settings, tls.HTTP_2))


def secret(settings: PeerSettings) -> ssl.SSLContext:
    """Return what connections are secured with; raises SettingsError for files that cannot be used."""
    return tls.peer_context(settings)


def channel(address: str, secret: ssl.SSLContext | None, max_message_bytes: int) -> Channel:
    """Return a channel, which connects at its first call, and again within a moment when its server comes back."""
    burst, rate = _NUISANCES_OF_OURS
    return Channel(
        address,
        limits=Limits(
            max_message_bytes=max_message_bytes,
            ping_seconds=bounds.SILENCE_SECONDS,
            ping_timeout_seconds=bounds.CLIENT_PING_SECONDS,
            nuisance_burst=burst,
            nuisance_rate=rate,
        ),
        tls=None if secret is None else lambda: secret,
        backoff=Backoff(first=bounds.FIRST_RECONNECT_SECONDS, most=bounds.LAST_RECONNECT_SECONDS),
        connect_seconds=bounds.CONNECT_SECONDS,
    )


def _for_the_public(limits: Limits) -> Limits:
    """Tighten what only bulk between services needs: outside there may be twenty thousand connections, some hostile."""
    return replace(
        limits,
        # a member's client sends pages, not bulk, and all of them together must fit in memory
        connection_window=512 * 1024,
        max_window=1024 * 1024,
        max_unread_bytes=limits.max_message_bytes + 1024 * 1024,
        max_partial_bytes=2 * limits.max_message_bytes,
        # people who scroll fast abandon a few calls a second, and all there are when they leave; at this rate a hostile
        # connection costs 1 to 2 % of a core, a hundred of them 16 to 26 %, as calls would (docs/wire.md)
        nuisance_burst=400,
        nuisance_rate=50.0,
        # a connection that asks for nothing comes back when it does
        idle_seconds=600.0,
    )
