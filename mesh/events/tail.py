"""Hears one kind of event, what lately happened first: for who keeps the latest of it in memory."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from google.protobuf.message import DecodeError
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from guild.events.v1.envelope_pb2 import Envelope
from mesh.events.bus import Bus
from mesh.events.endings import end
from mesh.events.pull import Pull
from mesh.telemetry import get_logger

START_SECONDS = 3.0
"""How long a start waits until what lately happened was heard; it goes on in the background."""

_RETRY_SECONDS = 0.25
_ASKED_FOR = 256  # events on their way at once
_FORGOTTEN_SECONDS = 60.0  # after which the server drops the consumer of a process that is gone

_log = get_logger(__name__)


class Tail:
    """Calls `heard` with every event of a kind, beginning `back` before now, and again after a lost bus (a Part).

    Every process hears all of them, some more than once. `caught_up` is set from when what had happened before was
    heard; while the bus is away that stays as it is.
    """

    name = "tail"

    def __init__(self, bus: Bus, stream: str, kind: str, heard: Callable[[Envelope], None], *, back: timedelta) -> None:
        self.caught_up = asyncio.Event()
        self._bus = bus
        self._stream = stream
        self._subject = f"guild.{stream.lower()}.{kind}.>"
        self._heard = heard
        self._back = back
        self._missing = 0
        self._pull: Pull | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to listen, and wait a while for the past."""
        self._tasks = [asyncio.create_task(self._follow(), name=f"tail {self._subject}")]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                await self.caught_up.wait()

    async def stop(self) -> None:
        """Listen no more."""
        await end(self._tasks)

    async def _follow(self) -> None:
        forget = self._bus.on_reconnect(lambda: self._pull.lose("reconnected") if self._pull else None)
        try:
            while True:
                try:
                    await self._bus.ready()
                    await self._read()
                except Exception as error:  # noqa: BLE001 - a tail never ends on its own
                    _log.info("listening anew", subject=self._subject, error=repr(error))
                await asyncio.sleep(_RETRY_SECONDS)
        finally:
            forget()

    async def _read(self) -> None:
        server_stream = self._bus.names.stream(self._stream)
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_TIME,
            opt_start_time=datetime.now(UTC) - self._back,
            ack_policy=AckPolicy.NONE,
            filter_subject=self._bus.names.subject(self._subject),
            inactive_threshold=_FORGOTTEN_SECONDS,
            num_replicas=1,
            mem_storage=True,
        )
        consumer = await self._bus.js.add_consumer(server_stream, config)
        self._missing = consumer.num_pending or 0
        self._note_progress()
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{server_stream}.{consumer.name}"
        self._pull = Pull(self._bus.nc, subject, self._accept, lambda: _ASKED_FOR)
        await self._pull.run()

    def _accept(self, message: Msg) -> None:
        try:
            self._heard(Envelope.FromString(message.data))
        except (DecodeError, ValueError) as error:
            _log.warning("an event is not understood", subject=message.subject, error=repr(error))
        self._missing -= 1
        self._note_progress()

    def _note_progress(self) -> None:
        if self._missing <= 0:
            self.caught_up.set()
