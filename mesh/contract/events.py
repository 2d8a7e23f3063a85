"""Where the contract says an event is published."""

from functools import cache
from typing import NamedTuple

from google.protobuf.message import Message

from guild.options.v1 import policy_pb2


class EventRoute(NamedTuple):
    """The stream in upper case ("GRAPH"), the event's name in lower snake case ("connection_accepted")."""

    stream: str
    name: str
    key: tuple[str, ...] = ()
    """The fields that make the ordering key."""
    schema_version: int = 1


@cache
def event_route(message_cls: type[Message]) -> EventRoute:
    """Return the route written on an event's message; raises LookupError for a message that is no event."""
    options = message_cls.DESCRIPTOR.GetOptions()
    if not options.HasExtension(policy_pb2.event):
        raise LookupError(f"{message_cls.DESCRIPTOR.full_name} has no (guild.options.v1.event) option")
    written = options.Extensions[policy_pb2.event]
    return EventRoute(written.stream, written.name, tuple(written.key), written.schema_version or 1)


def ordering_key(event: Message) -> str:
    """Return the key of an event: the values of its route's fields, the smallest first, joined by `-`.

    Raises LookupError for a message that is no event, ValueError for an event whose key is empty.
    """
    values = sorted(str(getattr(event, field)) for field in event_route(type(event)).key)
    if not values or not all(values):
        raise ValueError(f"{event.DESCRIPTOR.full_name} needs a value in each field of its key")
    return "-".join(values)
