"""The connection of a service to NATS."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager

import nats.errors
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.errors import BadRequestError

from mesh.events.bus_subscription import BusSubscription, Callback
from mesh.events.endings import end
from mesh.events.errors import BusUnavailable
from mesh.events.streams import ALL_STREAMS, Names
from mesh.settings import NatsSettings
from mesh.telemetry import get_logger

START_SECONDS = 3.0
"""How long a start waits for the server; a service starts without it and connects later."""

RECONNECT_SECONDS = 0.25
PENDING_BYTES = 8 * 1024 * 1024
"""Acks and signals kept while the server is away; past it they are dropped, and the server redelivers."""

_log = get_logger(__name__)


class Bus:
    """Core NATS for signals between instances, JetStream for events; reconnects for ever, also the first time."""

    name = "bus"

    def __init__(self, settings: NatsSettings, name: str = "guild") -> None:
        self._settings = settings
        self._client_name = name
        self.names = Names(settings.stream_prefix)
        self.nc = Client()
        self.js: JetStreamContext = self.nc.jetstream(publish_async_max_pending=4096)
        self._ready = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._subscriptions: dict[BusSubscription, None] = {}  # in the order they were made
        self._listeners: set[Callable[[], None]] = set()

    async def start(self) -> None:
        """Connect and make the streams; goes on in the background when the server does not answer soon."""
        self._spawn(self._connect())
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._ready.wait()
        except TimeoutError:
            _log.warning("the bus does not answer yet, starting without it")

    async def stop(self) -> None:
        """Send what is buffered, close the connection."""
        await end(self._tasks)
        if self.nc.is_connected:
            with contextlib.suppress(nats.errors.Error, OSError):
                await self.nc.flush(2)
        self._ready.clear()
        await self.nc.close()

    @property
    def connected(self) -> bool:
        """Whether the server answers and has the streams."""
        return self._ready.is_set()

    async def ready(self) -> None:
        """Wait until the server answers and has the streams."""
        await self._ready.wait()

    async def check(self) -> None:
        """Raise BusUnavailable unless the server answers (a readiness check)."""
        if not self.connected:
            raise BusUnavailable("the event bus does not answer", retry_after=1.0)

    @asynccontextmanager
    async def answering(self) -> AsyncGenerator[None]:
        """Raise BusUnavailable for whatever keeps the server from answering what is asked in the block."""
        await self.check()
        try:
            yield
        except (nats.errors.Error, OSError) as error:
            raise BusUnavailable("the event bus does not answer", retry_after=1.0) from error

    async def publish(self, subject: str, data: bytes = b"") -> bool:
        """Send a signal to whoever listens now; False when the bus is down and nobody got it.

        Signals are hints. A fact goes through the outbox of a transaction instead.
        """
        if not self.nc.is_connected:
            return False
        try:
            await self.nc.publish(self.names.subject(subject), data)
        except (nats.errors.Error, OSError):
            return False
        return True

    async def subscribe(self, subject: str, callback: Callback, *, queue: str = "") -> BusSubscription:
        """Call `callback` with each NATS message on a subject (wildcards allowed); survives reconnects.

        May be called before the bus is connected. Of the subscribers that name the same `queue` one gets each message.
        """
        subscription = BusSubscription(
            self.nc,
            self.names.subject(subject),
            callback,
            queue,
            forget=lambda gone: self._subscriptions.pop(gone, None),
        )
        self._subscriptions[subscription] = None
        if self.nc.is_connected:
            await subscription.begin()
        return subscription

    def on_reconnect(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each connection; returns how to stop that."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    async def ensure_streams(self, *names: str) -> None:
        """Make the named streams (all, unless told) where they are missing, bring the others to their configuration."""
        settings = self._settings
        for name in names or ALL_STREAMS:
            config = self.names.config(name, replicas=settings.replicas, max_bytes=settings.stream_max_bytes)
            try:
                await self.js.add_stream(config)
            except BadRequestError:  # it is there with another configuration
                await self.js.update_stream(config)

    async def _connect(self) -> None:
        await self.nc.connect(
            self._settings.url.split(","),
            name=self._client_name,
            max_reconnect_attempts=-1,
            reconnect_time_wait=RECONNECT_SECONDS,  # pyright: ignore[reportArgumentType] - seconds, whole or not
            connect_timeout=2,
            ping_interval=5,  # a server that is gone without a word is noticed in 10 to 15 seconds
            max_outstanding_pings=2,
            pending_size=PENDING_BYTES,
            error_cb=self._errored,
            disconnected_cb=self._disconnected,
            reconnected_cb=self._reconnected,
        )
        await self._prepare()

    async def _prepare(self) -> None:
        delay = RECONNECT_SECONDS
        while True:
            try:
                for subscription in tuple(self._subscriptions):
                    await subscription.begin()
                await self.ensure_streams()
                break
            except (nats.errors.Error, OSError, TimeoutError) as error:
                _log.warning("the bus is not ready", error=repr(error))
                await asyncio.sleep(delay)
                delay = min(delay * 2, 5.0)
        self._ready.set()
        for listener in tuple(self._listeners):
            listener()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _errored(self, error: Exception) -> None:
        _log.debug("bus error", error=repr(error))

    async def _disconnected(self) -> None:
        if self._ready.is_set():
            _log.warning("the bus is gone, reconnecting")
        self._ready.clear()

    async def _reconnected(self) -> None:
        _log.info("the bus is back")
        self._spawn(self._prepare())
