"""Events between services, on NATS."""

from mesh.events.bus import Bus
from mesh.events.bus_subscription import BusSubscription
from mesh.events.consumer import Consumer
from mesh.events.consumers import ConsumerState, list_consumers
from mesh.events.dead_letters import DeadLetter, DeadLetterNotFound, discard, get_dead_letter, list_dead_letters, replay
from mesh.events.errors import BusUnavailable, MalformedEvent
from mesh.events.event import Event
from mesh.events.outbox import refill
from mesh.events.relay import Relay
from mesh.events.streams import STREAMED
from mesh.events.tail import Tail

__all__ = [
    "STREAMED",
    "Bus",
    "BusSubscription",
    "BusUnavailable",
    "Consumer",
    "ConsumerState",
    "DeadLetter",
    "DeadLetterNotFound",
    "Event",
    "MalformedEvent",
    "Relay",
    "Tail",
    "discard",
    "get_dead_letter",
    "list_consumers",
    "list_dead_letters",
    "refill",
    "replay",
]
