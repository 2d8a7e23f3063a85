"""How commands call the public port: by the transport, and with the TLS, that the environment names, as roles do."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from mesh.rpc.client import Peer
from mesh.settings import PeerSettings, RpcSettings, load


@dataclass(frozen=True)
class _Settings:
    rpc: RpcSettings = field(default_factory=RpcSettings)
    peers: PeerSettings = field(default_factory=PeerSettings)


def dial(address: str, name: str, *, connections: int = 1) -> Peer:
    """Return a peer, not started; raises SettingsError.

    With `GUILD_PEERS_TLS_CA` it is called over TLS, and shown `GUILD_PEERS_TLS_CERT` and `_KEY`, if there are any.
    """
    settings = load(_Settings)
    return Peer(address, name=name, engine=settings.rpc.engine, tls=settings.peers, connections=connections)


@asynccontextmanager
async def dialled(address: str, name: str) -> AsyncGenerator[Peer]:
    """A peer that is called within the block; raises SettingsError."""
    peer = dial(address, name)
    await peer.start()
    try:
        yield peer
    finally:
        await peer.stop()
