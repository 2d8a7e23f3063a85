"""An event as its handler gets it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic
from uuid import UUID

from google.protobuf.message import DecodeError, Message
from typing_extensions import TypeVar

from guild.events.v1.envelope_pb2 import Envelope
from mesh.contract import moment
from mesh.events.errors import MalformedEvent

M = TypeVar("M", bound=Message, default=Any)


@dataclass(frozen=True, slots=True)
class Event(Generic[M]):
    """A fact another service published; events of one key come one after the other."""

    id: UUID
    message: M
    key: str
    actor: UUID | None
    occurred_at: datetime
    traceparent: str = ""


Handler = Callable[[Event[Any]], Awaitable[None]]


def decode(data: bytes, classes: Mapping[str, type[Message]]) -> Event[Any]:
    """Read an envelope whose type is among `classes` (by full name); raises MalformedEvent for anything else."""
    try:
        envelope = Envelope.FromString(data)
        if envelope.type not in classes:
            raise MalformedEvent(f"no handler knows the type {envelope.type!r}")
        return Event(
            id=UUID(envelope.event_id),
            message=classes[envelope.type].FromString(envelope.payload),
            key=envelope.key,
            actor=UUID(envelope.actor_id) if envelope.actor_id else None,
            occurred_at=moment(envelope.occurred_at),
            traceparent=envelope.traceparent,
        )
    except (DecodeError, ValueError, OverflowError) as error:
        raise MalformedEvent(f"not an event: {error}") from error
