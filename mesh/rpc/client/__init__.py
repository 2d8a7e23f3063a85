"""The other side of a call: peers, as stubs see them."""

from mesh.rpc.client.peer import Peer
from mesh.rpc.client.tls import ClientTls

__all__ = ["ClientTls", "Peer"]
