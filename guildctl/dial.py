"""How commands call the public port: by the transport that the environment names, as roles do."""

from dataclasses import dataclass, field

from mesh.rpc.client import Peer
from mesh.settings import RpcSettings, load


@dataclass(frozen=True)
class _Settings:
    rpc: RpcSettings = field(default_factory=RpcSettings)


def dial(address: str, name: str, *, connections: int = 1) -> Peer:
    """Return a peer, not started; raises SettingsError."""
    return Peer(address, name=name, engine=load(_Settings).rpc.engine, connections=connections)
