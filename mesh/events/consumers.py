"""The durable consumers of the mesh, and what each has before it."""

from dataclasses import dataclass

from nats.js.api import ConsumerInfo

from mesh.events.bus import Bus
from mesh.events.streams import STREAMS


@dataclass(frozen=True, slots=True)
class ConsumerState:
    """Events that were not given to a consumer yet, that it has not acknowledged, and of those that came again."""

    stream: str
    name: str
    waiting: int
    unacknowledged: int
    redelivered: int


async def list_consumers(bus: Bus) -> list[ConsumerState]:
    """Return all durable ones, by stream and name."""
    return [
        ConsumerState(stream, info.name, info.num_pending or 0, info.num_ack_pending or 0, info.num_redelivered or 0)
        for stream in STREAMS
        for info in sorted(await _of(bus, stream), key=lambda info: info.name)
        if info.config.durable_name
    ]


async def _of(bus: Bus, stream: str) -> list[ConsumerInfo]:
    """The server tells them page by page."""
    found: list[ConsumerInfo] = []
    while page := await bus.js.consumers_info(bus.names.stream(stream), offset=len(found)):
        found += page
    return found
