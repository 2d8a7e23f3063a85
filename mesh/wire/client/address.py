"""The connections to one address of a channel: made again when they are lost, and more of them when streams run out."""

import asyncio
import logging
import random
import socket
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from mesh.wire.client.protocol import ClientWire

if TYPE_CHECKING:
    from mesh.wire.client.channel import Channel

_log = logging.getLogger(__name__)


SOCKET = -1
"""The port of a Unix socket."""


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
        if failures <= self.short_attempts:
            bound = min(self.short, self.first * self.factor ** (failures - 1))
        else:
            bound = min(self.most, self.short * self.factor ** (failures - self.short_attempts))
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
        self._failures = 0
        self._task: asyncio.Task[None] | None = None
        self._watching: set[asyncio.Task[None]] = set()
        self._dropped = False

    @property
    def connecting(self) -> bool:
        """Whether an attempt is being made, or one is due."""
        return self._task is not None

    def connect(self) -> None:
        """Make one more connection, unless one is being made."""
        if self._task is None and not self._dropped:
            self._task = self.channel.loop.create_task(self._connect())

    def left(self, wire: ClientWire) -> None:
        """A connection takes no more calls."""
        if wire in self.wires:
            self.wires.remove(wire)
            self.channel.changed()
            if not self.wires:
                self.connect()

    def lost(self, wire: ClientWire) -> None:
        """A connection is gone."""
        self.channel.all_wires.discard(wire)
        self.left(wire)

    def drop(self) -> None:
        """Make no more connections; those there are end with their calls."""
        self._dropped = True
        if self._task is not None:
            self._task.cancel()
            self._task = None
        for task in list(self._watching):
            task.cancel()
        wires, self.wires = self.wires, []
        for wire in wires:
            wire.retire()

    async def _connect(self) -> None:
        while True:
            try:
                wire = await self._attempt()
            except (OSError, TimeoutError, ssl.SSLError, ConnectionError) as error:
                self._failures += 1
                self.why = f"{self.place.text}: {_said(error)}"
                self.channel.failed(self)
                await asyncio.sleep(self.channel.backoff.delay(self._failures))
                continue
            break
        self._task = None
        self._failures, self.why = 0, None
        if self.channel.health_service is None:
            self._ready(wire)
        else:
            task = self.channel.loop.create_task(self._watch(wire, self.channel.health_service))
            self._watching.add(task)
            task.add_done_callback(self._watching.discard)

    async def _attempt(self) -> ClientWire:
        channel = self.channel
        loop = channel.loop
        wire = ClientWire(self, loop)
        context = channel.tls() if channel.tls is not None else None
        name = channel.server_name if context is not None else None
        make: Callable[[], ClientWire] = lambda: wire  # noqa: E731 - a factory of one
        async with asyncio.timeout(channel.connect_seconds):
            try:
                if self.place.port != SOCKET:
                    await loop.create_connection(
                        make, self.place.host, self.place.port, ssl=context, server_hostname=name
                    )
                else:
                    await loop.create_unix_connection(make, self.place.host, ssl=context, server_hostname=name)
                await wire.settled
            except BaseException:
                wire.settled.cancel()
                wire.abort()
                raise
        channel.all_wires.add(wire)
        return wire

    def _ready(self, wire: ClientWire) -> None:
        if not wire.leaving and not wire.closed:
            self.wires.append(wire)
            self.channel.changed()
            self.channel.serve_waiting()

    async def _watch(self, wire: ClientWire, service: str) -> None:
        """Let the connection have calls while the server says that it serves them."""
        async for serving in self.channel.watch(wire, service):
            if serving and wire not in self.wires:
                self._ready(wire)
            elif not serving and wire in self.wires:
                self.wires.remove(wire)
                self.why = f"{self.place.text}: the server says it does not serve"
                self.channel.changed()
                self.channel.failed(self)


def _said(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no connection in time"
    if isinstance(error, socket.gaierror | OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
