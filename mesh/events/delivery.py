"""Gives one event to its handler until it is done or given up on."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import prometheus_client as metrics
from google.protobuf.message import Message
from opentelemetry.trace import SpanKind

from mesh.errors import Unavailable
from mesh.events.event import Event, Handler
from mesh.telemetry import LATENCY_BUCKETS, extract, get_logger, tracer

BACK_OFF = (0.2, 1.0, 5.0, 15.0, 60.0)
"""Seconds before the second, third, … try; after the last of them the event is given up on."""

OUTAGE_BACK_OFF = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between tries while a store is away: that is no fault of the event, so these do not count."""

OWN_OUTAGE_TRIES = 12
"""An event that meets an outage this often, while as many others of its kind are handled, is what is at fault."""

HANDLER_SECONDS = 60.0
"""A handler that takes longer is cancelled, which counts as a failure."""

_log = get_logger(__name__)
_tracer = tracer(__name__)
_processed = metrics.Counter("guild_events_processed", "Events handled.", ("durable", "event"))
_failed = metrics.Counter("guild_events_failed", "Tries that failed.", ("durable", "event"))
_seconds = metrics.Histogram(
    "guild_event_handler_seconds", "Time of one try.", ("durable", "event"), buckets=LATENCY_BUCKETS
)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Why an event is to be a dead letter."""

    error: str
    attempts: int


class Stopping(Exception):  # noqa: N818 - not an error: the event stays where it is
    """The consumer stops; somebody else will handle the event."""


class Delivery:
    """Tries, waits, tries again: at most `slots` handlers at once, waiting takes none."""

    def __init__(
        self,
        durable: str,
        slots: asyncio.Semaphore,
        *,
        back_off: Sequence[float] = BACK_OFF,
        handler_seconds: float = HANDLER_SECONDS,
    ) -> None:
        self._durable = durable
        self._slots = slots
        self._back_off = back_off
        self._handler_seconds = handler_seconds
        self._stopping = asyncio.Event()
        self._handled: Counter[type[Message]] = Counter()

    def stop(self) -> None:
        """Let no further try begin."""
        self._stopping.set()

    async def deliver(self, event: Event[Any], handler: Handler) -> GivenUp | None:
        """Return None when the handler is done with the event, else why it never will be; raises Stopping."""
        failures = outages = 0
        others = self._handled[type(event.message)]
        while True:
            try:
                await self._try(event, handler)
            except Stopping:
                raise
            except Unavailable as error:
                if min(outages, self._handled[type(event.message)] - others) >= OWN_OUTAGE_TRIES:
                    return GivenUp(f"alone in an outage, {type(error).__name__}: {error}", outages)
                delay = OUTAGE_BACK_OFF[min(outages, len(OUTAGE_BACK_OFF) - 1)]
                outages += 1
                self._tell(event, error, failures, delay)
            except Exception as error:  # noqa: BLE001 - whatever a handler raises is a failed try
                failures += 1
                if failures > len(self._back_off):
                    return GivenUp(f"{type(error).__name__}: {error}", failures)
                delay = self._back_off[failures - 1]
                self._tell(event, error, failures, delay)
            else:
                self._handled[type(event.message)] += 1
                return None
            await self._pause(delay)

    async def _try(self, event: Event[Any], handler: Handler) -> None:
        name = event.message.DESCRIPTOR.name
        async with self._slots:
            if self._stopping.is_set():
                raise Stopping
            context = extract([("traceparent", event.traceparent)]) if event.traceparent else None
            with (
                _seconds.labels(self._durable, name).time(),
                _tracer.start_as_current_span(f"{self._durable} {name}", context, SpanKind.CONSUMER),
            ):
                async with asyncio.timeout(self._handler_seconds):
                    await handler(event)
        _processed.labels(self._durable, name).inc()

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
        raise Stopping

    def _tell(self, event: Event[Any], error: Exception, failures: int, delay: float) -> None:
        name = event.message.DESCRIPTOR.name
        _failed.labels(self._durable, name).inc()
        _log.warning(
            "an event failed, trying again",
            durable=self._durable,
            event_type=name,
            event_id=str(event.id),
            failures=failures,
            retry_in=delay,
            error=repr(error),
        )
