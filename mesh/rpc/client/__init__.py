"""The other side of a call: peers, as stubs see them."""

from mesh.rpc.client.peer import Peer

__all__ = ["Peer"]
