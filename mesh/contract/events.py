"""Where the contract says an event is published."""

from functools import cache
from typing import NamedTuple

from google.protobuf.message import Message

from guild.options.v1 import policy_pb2


class EventRoute(NamedTuple):
    """The stream in upper case ("GRAPH"), the event's name in lower snake case ("connection_accepted")."""

    stream: str
    name: str


@cache
def event_route(message_cls: type[Message]) -> EventRoute:
    """Return the route written on an event's message; raises LookupError for a message that is no event."""
    options = message_cls.DESCRIPTOR.GetOptions()
    if not options.HasExtension(policy_pb2.event):
        raise LookupError(f"{message_cls.DESCRIPTOR.full_name} has no (guild.options.v1.event) option")
    written = options.Extensions[policy_pb2.event]
    return EventRoute(written.stream, written.name)
