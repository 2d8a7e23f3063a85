"""Reads one stream for one consumer: pulls, hands out by key, answers for what it holds."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import nats.errors
from google.protobuf.message import Message
from nats.aio.msg import Msg
from prometheus_client import Counter, Gauge

from mesh.events.bus import Bus
from mesh.events.dead_letters import bury
from mesh.events.delivery import Delivery, GivenUp, Stopping
from mesh.events.durable import Durable
from mesh.events.errors import MalformedEvent
from mesh.events.event import Event, Handler, decode
from mesh.events.lanes import Lanes
from mesh.events.pull import Pull
from mesh.telemetry import get_logger

ACK_WAIT = 4.0
"""Seconds after which the server gives an event to another process, unless the holder says it is at work."""

STUCK_SECONDS = 30.0
MAX_DELIVERIES = 20
"""An event that was handed out this often without an answer takes its process down with it."""

SORT_SECONDS = 0.05
"""Events that come again come together, in any order: from the first of them on this long is gathered, then sorted."""

PROCESSES = 16
"""Processes of one consumer the server gives events to at the same time."""

CHECK_SECONDS = 10.0
RETRY_SECONDS = 0.5

_log = get_logger(__name__)
_lag = Gauge("guild_events_lag", "Events not handled yet.", ("durable", "stream"))
_dead = Counter("guild_events_dead", "Events given up on.", ("durable", "stream"))
_stuck = Counter("guild_events_stuck", "Subscriptions made anew because nothing arrived.", ("durable", "stream"))

_TROUBLE = (nats.errors.Error, OSError, TimeoutError)


class StreamReader:
    """At most `capacity` events are held: being handled, waiting in their lane, or waiting for a retry."""

    def __init__(
        self,
        bus: Bus,
        stream: str,
        durable: str,
        handlers: Mapping[type[Message], Handler],
        delivery: Delivery,
        *,
        capacity: int,
        ack_wait: float = ACK_WAIT,
        stuck_after: float = STUCK_SECONDS,
    ) -> None:
        self._bus = bus
        self._labels = {"durable": durable, "stream": stream}
        self._handlers = handlers
        self._classes = {cls.DESCRIPTOR.full_name: cls for cls in handlers}
        self._delivery = delivery
        self._capacity = capacity
        self._ack_wait = ack_wait
        self._stuck_after = stuck_after
        self._durable = Durable(bus, stream, durable, handlers, ack_wait=ack_wait, max_held=capacity * PROCESSES)
        self._lanes = Lanes()
        self._held: dict[int, Msg] = {}
        self._holding = asyncio.Event()
        self._accepted = 0
        self._unsorted: list[int] | None = None
        self._pull: Pull | None = None

    async def run(self) -> None:
        """Read until cancelled."""
        forget = self._bus.on_reconnect(lambda: self._renew("reconnected"))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep())
                group.create_task(self._watch())
                await self._follow()
        finally:
            forget()

    async def stop(self, grace: float) -> None:
        """Let running handlers finish, give the other events back."""
        await self._lanes.stop(grace)
        for message in self._held.values():
            with contextlib.suppress(*_TROUBLE):
                await message.nak()
        self._held.clear()

    async def _follow(self) -> None:
        while True:
            try:
                await self._durable.ensure()
                await self._durable.settle(lambda: len(self._held))
                self._pull = Pull(self._bus.nc, self._durable.next_subject, self._accept, self._room)
                await self._pull.run()
            except Exception as error:  # noqa: BLE001 - a reader never ends on its own
                _log.info("subscribing anew", **self._labels, error=repr(error))
            await asyncio.sleep(RETRY_SECONDS)

    def _room(self) -> int:
        return self._capacity - len(self._held)

    def _accept(self, message: Msg) -> None:
        sequence = message.metadata.sequence.stream
        again = sequence in self._held
        self._held[sequence] = message  # the newest delivery is the one to answer
        self._holding.set()
        if again:
            return
        self._accepted += 1
        if message.metadata.num_delivered > 1 and self._unsorted is None:
            self._unsorted = []
            asyncio.get_running_loop().call_later(SORT_SECONDS, self._sort)
        if self._unsorted is not None:
            self._unsorted.append(sequence)
        else:
            self._line_up(sequence)

    def _sort(self) -> None:
        unsorted, self._unsorted = self._unsorted or [], None
        for sequence in sorted(unsorted):
            if sequence in self._held:  # unless the reader stopped meanwhile
                self._line_up(sequence)

    def _line_up(self, sequence: int) -> None:
        try:
            event = decode(self._held[sequence].data, self._classes)
        except MalformedEvent as error:
            self._lanes.add(f"\0{sequence}", partial(self._give_up, sequence, GivenUp(str(error), 0)))
        else:
            self._lanes.add(event.key, partial(self._handle, sequence, event))

    async def _handle(self, sequence: int, event: Event[Any]) -> None:
        deliveries = self._held[sequence].metadata.num_delivered
        if deliveries > MAX_DELIVERIES:
            await self._give_up(sequence, GivenUp("handed out again and again without an answer", deliveries))
            return
        try:
            given_up = await self._delivery.deliver(event, self._handlers[type(event.message)])
        except Stopping:
            return
        if given_up is None:
            await self._answer(sequence)
        else:
            await self._give_up(sequence, given_up)

    async def _give_up(self, sequence: int, why: GivenUp) -> None:
        _dead.labels(**self._labels).inc()
        _log.error("an event became a dead letter", **self._labels, sequence=sequence, error=why.error)
        while True:
            try:
                await bury(self._bus, self._held[sequence], **self._labels, error=why.error, attempts=why.attempts)
                break
            except _TROUBLE as error:  # an event is not let go of before its dead letter is stored
                _log.warning("a dead letter was not stored, trying again", error=repr(error))
                await asyncio.sleep(RETRY_SECONDS)
        await self._answer(sequence)

    async def _answer(self, sequence: int) -> None:
        message = self._held.pop(sequence)
        with contextlib.suppress(*_TROUBLE):  # unanswered it comes again, and its handler knows it by its id
            await message.ack()
        if self._pull is not None:
            self._pull.wake.set()

    async def _keep(self) -> None:
        """Say of what is held that it is being worked on."""
        while True:
            if not self._held:
                self._holding.clear()
                await self._holding.wait()
            await asyncio.sleep(self._ack_wait / 3)
            for message in tuple(self._held.values()):
                with contextlib.suppress(Exception):
                    await message.in_progress()

    async def _watch(self) -> None:
        accepted, since = -1, time.monotonic()
        while True:
            await asyncio.sleep(min(CHECK_SECONDS, self._stuck_after / 3))
            try:
                waiting, unanswered = await self._durable.backlog()
            except Exception:  # noqa: BLE001, S112 - `_follow` tells what is wrong with the bus
                continue
            _lag.labels(**self._labels).set(waiting + unanswered)
            if not waiting or self._held or accepted != self._accepted:
                accepted, since = self._accepted, time.monotonic()
            elif time.monotonic() - since > self._stuck_after:
                since = time.monotonic()
                _stuck.labels(**self._labels).inc()
                _log.error("events are waiting and none arrives", **self._labels)
                self._renew("stuck")

    def _renew(self, why: str) -> None:
        if self._pull is not None:
            self._pull.lose(why)
