"""The other side of a call: peers, as stubs or gateways see them."""

from mesh.rpc.client.outgoing import MARGIN
from mesh.rpc.client.peer import Peer
from mesh.rpc.client.raw import RawReply, RawStream, RawUnary
from mesh.rpc.client.retries import RetryPolicy

__all__ = ["MARGIN", "Peer", "RawReply", "RawStream", "RawUnary", "RetryPolicy"]
