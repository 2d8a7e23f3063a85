"""The connections to one address of a channel: made again when they are lost, and more of them when streams run out."""

import asyncio
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from mesh.wire.client.protocol import ClientWire

if TYPE_CHECKING:
    from mesh.wire.client.channel import Channel

SOCKET = -1
"""The port of a Unix socket."""
_STEADY_SECONDS = 1.0
"""A connection that was lost sooner than this counts as an attempt that failed: the next waits for its turn."""
_DRAINS = 5
"""Connections in a row that a server may take leave of before their first call: a busy one lets them grow old."""
_STEPS = 64
"""Of a delay, which is at its bound long before: a server may be away for days, and powers overflow."""


class Place(NamedTuple):
    """Where to connect: a host's address with a port, or the path of a Unix socket."""

    host: str
    port: int

    @property
    def text(self) -> str:
        """The place as messages show it."""
        if self.port == SOCKET:
            return f"unix:{self.host}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Backoff(NamedTuple):
    """Delays between attempts to connect, in seconds: they grow by `factor`, stay short for a while, then grow on."""

    first: float = 0.05
    factor: float = 1.6
    short: float = 0.16
    """Of the first attempts, so that a server which restarts is found again at once: with its jitter under 200 ms."""
    short_attempts: int = 20
    most: float = 5.0
    jitter: float = 0.2

    def delay(self, failures: int) -> float:
        """Return the seconds to wait after so many failures."""
        low, high = self.first, self.short
        if failures > self.short_attempts:
            low, high = self.short, self.most
            failures -= self.short_attempts - 1
        bound = min(high, low * self.factor ** min(failures - 1, _STEPS))
        return bound * random.uniform(1 - self.jitter, 1 + self.jitter)  # noqa: S311 - jitter is no secret


class Address:
    """Connects when the channel wants it to, and then again and again until it is dropped."""

    def __init__(self, channel: "Channel", place: Place) -> None:
        self.channel = channel
        self.place = place
        self.wires: list[ClientWire] = []
        """Connections that are ready for calls."""
        self.why: str | None = None
        """Why there is no connection after an attempt to make one; None before the first, or after a success."""
        self._task: asyncio.Task[None] | None = None
        self._watched: dict[ClientWire, asyncio.Task[None]] = {}
        """Connections whose server is asked whether it serves; they may be ready or not."""
        self._lost_soon = 0
        """How many connections in a row were lost as soon as they were made."""
        self._needed = 0.0
        """When all connections were needed last."""
        self._dropped = False

    @property
    def connected(self) -> bool:
        """Whether there is a connection, or one is being made."""
        return bool(self._task or self.wires or self._watched)

    def wake(self) -> None:
        """Connect, unless that was done; whether the server then serves is not for us to hurry."""
        if not self.connected:
            self.connect()

    def connect(self) -> None:
        """Make one more connection, unless one is being made."""
        if self._task is None and not self._dropped:
            self._task = self.channel.loop.create_task(self._connect())

    def left(self, wire: ClientWire) -> None:
        """A connection takes no more calls: another is made."""
        if self._let_go(wire):
            steady = self.channel.loop.time() - wire.opened >= _STEADY_SECONDS
            self._lost_soon = 0 if steady else self._lost_soon + 1
            self.wake()

    def lost(self, wire: ClientWire) -> None:
        """A connection is gone."""
        self.left(wire)
        self.channel.lost(wire)

    def drop(self) -> None:
        """Make no more connections; those there are end with their calls."""
        self._dropped = True
        if self._task is not None:
            self._task.cancel()
            self._task = None
        for wire in {*self.wires, *self._watched}:
            self._retire(wire)

    def look(self, now: float) -> None:
        """Let connections go that nobody needs, which is to be asked every second or so."""
        limits, wires = self.channel.limits, self.wires
        if not wires:
            return
        least = min(wires, key=self._calls)
        if len(wires) > 1:
            room = sum(wire.http.peer_max_streams for wire in wires if wire is not least)
            if 2 * sum(map(self._calls, wires)) > room:
                self._needed = now
            elif now - self._needed > limits.spare_seconds:
                self._needed = now
                self._retire(least)
        elif limits.idle_seconds is not None and least.rested(now, self._calls(least)) > limits.idle_seconds:
            self._retire(least)

    def _calls(self, wire: ClientWire) -> int:
        return len(wire.http.streams) - (wire in self._watched)

    def _retire(self, wire: ClientWire) -> None:
        self._let_go(wire)
        wire.retire()

    def _let_go(self, wire: ClientWire) -> bool:
        """Give the connection no more calls; tells whether it had been made for some."""
        watching = self._watched.pop(wire, None)
        if watching is not None:
            watching.cancel()
        if wire not in self.wires:
            return watching is not None
        self.wires.remove(wire)
        self.channel.changed()
        return True

    async def _connect(self) -> None:
        failures = self._lost_soon
        drains = 0
        while True:
            if failures:
                await asyncio.sleep(self.channel.backoff.delay(failures))
            try:
                wire = await self._attempt()
            except Exception as error:  # noqa: BLE001 - whatever is wrong, with files of TLS too, may be mended by and by
                failures += 1
                if isinstance(error, _DrainedError) and drains < _DRAINS:  # in good order: callers wait for the next
                    drains += 1
                    continue
                self.why = f"{self.place.text}: {_said(error)}"
                self.channel.failed()
            else:
                break
        self._task = None
        service = self.channel.health_service
        if service is None:
            self._ready(wire)
        else:
            self.why = None
            self._watched[wire] = self.channel.loop.create_task(self._watch(wire, service))

    async def _attempt(self) -> ClientWire:
        channel = self.channel
        loop = channel.loop
        wire = ClientWire(self, loop)
        secured: dict[str, Any] = {}
        if channel.tls is not None:  # a handshake that was given up is kept until its own time is over
            seconds = channel.connect_seconds
            secured = {"ssl": channel.tls(), "server_hostname": channel.server_name, "ssl_handshake_timeout": seconds}
        make: Callable[[], ClientWire] = lambda: wire  # noqa: E731 - a factory of one
        async with asyncio.timeout(channel.connect_seconds):
            try:
                if self.place.port != SOCKET:
                    await loop.create_connection(make, self.place.host, self.place.port, **secured)
                else:
                    await loop.create_unix_connection(make, self.place.host, **secured)
                await wire.settled
            except BaseException:
                wire.discard()
                raise
        if wire.leaving:  # the server said so in the same breath
            wire.discard()
            raise _DrainedError(wire.why) if wire.drained else ConnectionError(wire.why)
        channel.all_wires.add(wire)
        return wire

    def _ready(self, wire: ClientWire) -> None:
        self.why = None
        self._needed = self.channel.loop.time()
        self.wires.append(wire)
        self.channel.changed()
        self.channel.serve_waiting()

    async def _watch(self, wire: ClientWire, service: str) -> None:
        """Let the connection have calls while the server says that it serves them."""
        async for serving in self.channel.watch(wire, service):
            if wire.leaving:
                return
            if serving and wire not in self.wires:
                self._ready(wire)
            elif not serving:
                self.why = f"{self.place.text}: the server does not say that it serves"
                if wire in self.wires:
                    self.wires.remove(wire)
                self.channel.failed()


class _DrainedError(ConnectionError):
    """The server took a connection, and wants no calls on it."""


def _said(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no connection in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, ConnectionResetError) and not error.args:  # as asyncio tells of the end of a handshake
        return "the server hung up during the TLS handshake"
    return str(error) or type(error).__name__
