"""The door of this process as transports ask it: calls by their paths, refusals as a status."""

import secrets

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc import error_details_pb2, status_pb2

from mesh.contract import spec
from mesh.limits.door import Door, Lane, overloaded
from mesh.rpc.status import DETAILS_KEY, encode
from mesh.wire.server.admission import Refusal
from mesh.wire.server.call import ServerCall

INFRASTRUCTURE = "/grpc."
"""Health and reflection answer when everything else is refused."""


class Doorkeeper:
    """One for each server; servers of one process share the door."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self._lanes: dict[str, Lane | None] = {}
        self._why = overloaded()
        self._status = encode(self._why, "").SerializeToString()

    def lane(self, path: str) -> Lane | None:
        """Return the lane of a method, None for one that nobody is kept from."""
        try:
            return self._lanes[path]
        except KeyError:
            lane = self._lanes[path] = _lane(path)
            return lane

    def arrive(self, call: ServerCall) -> None:
        """Let a call in, now or later, or refuse it."""
        lane = self.lane(call.path)
        if lane is None:
            call.admit(0.0)
        else:
            self.door.arrive(call, lane)

    def leave(self, call: ServerCall) -> None:
        """Count a call that has ended."""
        lane = self.lane(call.path)
        if lane is not None and call.admitted_at is not None:
            self.door.leave(lane, call.admitted_at, call.expires)

    def refusal(self, call: ServerCall) -> Refusal:
        """Return the status OVERLOADED, made without building a message for what is the same each time."""
        sent = dict(call.invocation_metadata()).get("x-request-id")
        return Refusal(grpc.StatusCode.UNAVAILABLE, self._why.message, ((DETAILS_KEY, self.details(sent)),))

    def details(self, request_id: object) -> bytes:
        """Return the serialised google.rpc.Status; a protobuf message followed by another is both of them."""
        said = request_id if isinstance(request_id, str) and request_id else secrets.token_hex(8)
        info = AnyMessage()
        info.Pack(error_details_pb2.RequestInfo(request_id=said[:64]))
        return self._status + status_pb2.Status(details=[info]).SerializeToString()


def _lane(path: str) -> Lane | None:
    if path.startswith(INFRASTRUCTURE):
        return None
    try:
        return Lane(spec(path))
    except (LookupError, AttributeError):  # none of the contract's
        return None
