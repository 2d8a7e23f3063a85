"""What a failed gRPC call means: the peer's own failure, or the transport's."""

import grpc

from mesh.errors import Code, Failure
from mesh.rpc.status import DETAILS_KEY, decode, of_transport

TROUBLE = frozenset({Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.UNKNOWN})
"""Codes that say the peer does not work, which a circuit breaker counts."""


def restored(error: grpc.aio.AioRpcError, peer: str) -> Failure:
    """Return the failure the peer raised, as the class this process knows it by."""
    for key, value in error.trailing_metadata() or ():
        if key == DETAILS_KEY and isinstance(value, bytes):
            return decode(value)
    return of_transport(error.code().value[0], peer)
