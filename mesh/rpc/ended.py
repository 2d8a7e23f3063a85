"""The status a peer ended a call with, kept as it came."""

from collections.abc import Iterable
from typing import Any

from mesh.errors import Code, Failure
from mesh.rpc.status import DETAILS_KEY, decode, encode, of_transport

Pairs = tuple[tuple[str, str | bytes], ...]


class Ended(Exception):  # noqa: N818 - it is an answer
    """A call is over with something other than OK; `failure` is what that means, `trailers` is what came along."""

    def __init__(
        self, failure: Failure, trailers: Pairs = (), *, message: str | None = None, code: Code | None = None
    ) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.trailers = trailers
        self.message = failure.message if message is None else message
        self.code = failure.code if code is None else code

    def with_details(self, request_id: str) -> Pairs:
        """Return the trailers to pass on; those of a peer that said nothing get the details of its failure."""
        if any(key == DETAILS_KEY for key, _ in self.trailers):
            return self.trailers
        return (*self.trailers, (DETAILS_KEY, encode(self.failure, request_id).SerializeToString()))


def ended_with(error: Any, peer: str) -> Ended:
    """Return what a transport's error says: the peer's failure as the class this process knows, or the transport's."""
    code = Code(error.code().value[0])
    if code is Code.INTERNAL and error.details() == _BROKEN:
        code = Code.UNAVAILABLE  # nobody said so: a message was being written while the peer ended the call
    trailers = pairs_of(error.trailing_metadata())
    details = next((value for key, value in trailers if key == DETAILS_KEY and isinstance(value, bytes)), None)
    failure = of_transport(code, peer, error.details() or "") if details is None else decode(details)
    if details is None:  # the transport's own words are no message to anybody, its code may be misleading
        return Ended(failure, trailers)
    return Ended(failure, trailers, message=error.details() or "", code=code)


def pairs_of(metadata: Iterable[tuple[str, str | bytes]] | None) -> Pairs:
    """Return metadata as pairs, what the transport itself put there left out."""
    return tuple((key, value) for key, value in metadata or () if key not in _TRANSPORT)


_BROKEN = "Internal error from Core"
"""What grpc.aio says of a call whose message it could not write; no peer says it, nor our own transport."""
_TRANSPORT = frozenset({"content-type", "grpc-status", "grpc-message", "grpc-encoding", "grpc-accept-encoding"})
