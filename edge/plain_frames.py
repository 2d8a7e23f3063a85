"""Chat's frames in plain form, `{"type": "message", "to": …, "content": …}`, to and from the form of the contract.

The plain form names what a frame is by its `type` and has everything else beside it. A client that sends one such frame
is answered in that form.
"""

from collections.abc import Mapping
from typing import Any

from edge.faults import MalformedRequest
from edge.problems import Problem
from mesh.ids import uuid7

KIND = "type"
_SEND = "message"


def is_plain(frame: Any) -> bool:
    """Tell whether a client's frame is in plain form."""
    return type(frame) is dict and KIND in frame


def to_contract(frame: Mapping[str, Any]) -> dict[str, Any]:
    """Return a client's plain frame in the form of the contract; raises MalformedRequest for one of no kind.

    A message without an id gets one: its sender does not mean to repeat it.
    """
    kind = frame[KIND]
    if not isinstance(kind, str):
        raise MalformedRequest("type must be a text")
    rest = {name: value for name, value in frame.items() if name != KIND}
    if kind != _SEND:
        return {kind: rest}
    client_message_id = rest.pop("id", None)
    return {"send": {"clientMessageId": str(uuid7()) if client_message_id is None else client_message_id, **rest}}


def to_plain(frame: Mapping[str, Any]) -> dict[str, Any]:
    """Return a frame of the server in plain form."""
    kind, held = next(iter(frame.items()), ("", {}))
    match kind:
        case "ack":
            return {KIND: kind, **_renamed(held, "clientMessageId", "id")}
        case "message":
            return {KIND: kind, **_renamed(held, "senderId", "from")}
        case _:
            return {KIND: kind, **held}


def refusal(problem: Problem, client_message_id: str | None) -> dict[str, Any]:
    """Return an error frame in plain form: the reason a program decides by, words for a person."""
    told: dict[str, Any] = {KIND: "error", "reason": problem.reason, "message": problem.detail}
    if client_message_id is not None:
        told["id"] = client_message_id
    if problem.retry_after is not None:
        told["retryAfter"] = problem.retry_after
    return told


def _renamed(held: Mapping[str, Any], name: str, new: str) -> dict[str, Any]:
    return {new if one == name else one: value for one, value in held.items()}
