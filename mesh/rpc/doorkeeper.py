"""The door of this process as transports ask it: calls by their paths, refusals as a status."""

import grpc

from mesh.contract import spec
from mesh.limits.door import Door, Lane, overloaded
from mesh.rpc.call import Pairs, sane_request_id
from mesh.rpc.handlers import INFRASTRUCTURE
from mesh.rpc.status import DETAILS_KEY, encode
from mesh.wire.server.admission import Refusal
from mesh.wire.server.call import ServerCall

_NO_ANSWERS = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.DEADLINE_EXCEEDED})
"""Statuses of calls that nobody worked on to the end."""
_REQUEST_ID = "x-request-id"
_PLACE_OF_ID = b"0000000000000000"
"""As long as an id of ours: one may be put in the place of another in a serialised message."""


class Doorkeeper:
    """One for each server; servers of one process share the door."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self._lanes: dict[str, Lane | None] = {}
        self._why = overloaded()
        self._details = encode(self._why, _PLACE_OF_ID.decode()).SerializeToString()

    def lane(self, path: str) -> Lane | None:
        """Return the lane of a method, None for one that nobody is kept from."""
        try:
            return self._lanes[path]
        except KeyError:
            lane = self._lanes[path] = _lane(path)
            return lane

    def arrive(self, call: ServerCall) -> None:
        """Let a call in, now or later, or refuse it."""
        call.lane = lane = self._lanes.get(call.path) or self.lane(call.path)
        if lane is None:
            call.admit(0.0)
        else:
            self.door.arrive(call, lane)

    def leave(self, call: ServerCall) -> None:
        """Count a call that has ended."""
        lane: Lane | None = call.lane
        if lane is not None and call.admitted_at is not None:
            code = call.code()
            self.door.leave(lane, call.admitted_at, call.expires, answered=code is None or code not in _NO_ANSWERS)

    def refusal(self, call: ServerCall) -> Refusal:
        """Return the status OVERLOADED: when it is needed there is no time to make anything anew."""
        details = self.details(call.invocation_metadata())
        return Refusal(grpc.StatusCode.UNAVAILABLE, self._why.message, ((DETAILS_KEY, details),))

    def details(self, metadata: Pairs) -> bytes:
        """Return the serialised google.rpc.Status, with the client's id of the request or one of ours."""
        sent = next((value for key, value in metadata if key == _REQUEST_ID), None)
        request_id = sane_request_id(sent)
        if len(request_id) == len(_PLACE_OF_ID):
            return self._details.replace(_PLACE_OF_ID, request_id.encode())
        return encode(self._why, request_id).SerializeToString()


def _lane(path: str) -> Lane | None:
    if path.startswith(INFRASTRUCTURE):
        return None
    try:
        return Lane(spec(path))
    except (LookupError, AttributeError):  # none of the contract's
        return None
