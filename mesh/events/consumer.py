"""Hears events: a durable name, and a handler for each kind of event."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence

from google.protobuf.message import Message

from mesh.contract import event_route
from mesh.events.bus import Bus
from mesh.events.delivery import BACK_OFF, HANDLER_SECONDS, Delivery
from mesh.events.endings import end
from mesh.events.event import Handler
from mesh.events.reader import ACK_WAIT, STUCK_SECONDS, StreamReader

HELD_PER_SLOT = 8
"""Events held for each handler that may run: enough that a lane which waits for a retry does not idle the others."""

STOP_SECONDS = 5.0
"""How long running handlers may take when the process stops."""


class Consumer:
    """Every event reaches its handler at least once; events of one key, within one process, one after the other.

    An event is acknowledged after its handler returned. A handler that raises is tried again after each pause of
    `back_off`, then the event becomes a dead letter; `Unavailable` failures are outages and are retried until they
    end. Handlers see an event again after a crash or a lost answer: call `inbox_once` first in their transaction.
    All processes with the same durable share the work, so order across them holds only for what the handler checks.
    """

    def __init__(
        self,
        bus: Bus,
        durable: str,
        handlers: Mapping[type[Message], Handler],
        *,
        concurrency: int = 64,
        back_off: Sequence[float] = BACK_OFF,
        handler_seconds: float = HANDLER_SECONDS,
        ack_wait: float = ACK_WAIT,
        stuck_after: float = STUCK_SECONDS,
    ) -> None:
        self.name = f"consumer {durable}"
        self._tasks: list[asyncio.Task[None]] = []
        self._delivery = Delivery(
            durable, asyncio.Semaphore(concurrency), back_off=back_off, handler_seconds=handler_seconds
        )
        by_stream: defaultdict[str, dict[type[Message], Handler]] = defaultdict(dict)
        for cls, handler in handlers.items():
            by_stream[event_route(cls).stream][cls] = handler
        self._readers = [
            StreamReader(
                bus,
                stream,
                durable,
                own,
                self._delivery,
                capacity=concurrency * HELD_PER_SLOT,
                ack_wait=ack_wait,
                stuck_after=stuck_after,
            )
            for stream, own in by_stream.items()
        ]

    async def start(self) -> None:
        """Begin to read, as soon as the bus is there."""
        self._tasks = [asyncio.create_task(reader.run()) for reader in self._readers]

    async def stop(self) -> None:
        """Let running handlers finish for a while, give everything else back at once."""
        self._delivery.stop()
        await end(self._tasks)
        await asyncio.gather(*(reader.stop(STOP_SECONDS) for reader in self._readers))
        self._tasks = []
