"""From a channel's target to the addresses to connect to."""

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from typing import NamedTuple

from mesh.wire.client.address import SOCKET, Backoff, Place

RESOLVE_SECONDS = 30.0
"""How often a name is resolved again though nothing was lost."""


class Target(NamedTuple):
    """A target as gRPC writes them: `host:port`, `dns:///host:port`, `ipv4:1.2.3.4:80,5.6.7.8:80`, `unix:/path`."""

    places: tuple[Place, ...]
    """Known without asking anybody."""
    name: str
    """What is to be resolved, with `port`; empty where nothing is."""
    port: int
    authority: str


def parse(target: str) -> Target:
    """Return what a target means; raises ValueError for one that means nothing."""
    if target.startswith("unix:"):
        path = target.removeprefix("unix:")
        path = path.removeprefix("//") if path.startswith("///") else path
        return Target((Place(path, SOCKET),), "", 0, "localhost")
    for scheme in ("ipv4:", "ipv6:"):
        if target.startswith(scheme):
            places = tuple(Place(*_host_and_port(one)) for one in target.removeprefix(scheme).split(","))
            return Target(places, "", 0, places[0].text)
    endpoint = target.rpartition("/")[2] if target.startswith("dns:") else target
    host, port = _host_and_port(endpoint.removeprefix("dns:"))
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Target((), host, port, f"{host}:{port}")
    place = Place(host, port)
    return Target((place,), "", 0, place.text)


class Names:
    """Finds the addresses of a target: at first, when somebody asks again, and now and then."""

    def __init__(
        self,
        target: Target,
        backoff: Backoff,
        pause: float,
        found: Callable[[tuple[Place, ...]], None],
        unknown: Callable[[], bool],
    ) -> None:
        """`found` is told the addresses; `unknown` that there are none, and says whether those from before will do."""
        self.why: str | None = None
        """Why the name has no addresses; None while it has, or before it was asked for."""
        self._target = target
        self._backoff = backoff
        self._pause = pause
        self._found = found
        self._unknown = unknown
        self._task: asyncio.Task[None] | None = None
        self._asked_at = float("-inf")
        self._stopped = False

    @property
    def asking(self) -> bool:
        """Whether the name is being resolved, or is about to be."""
        return self._task is not None

    def ask(self) -> None:
        """Resolve the name, soon if that was done a moment ago; addresses without a name are found at once."""
        if self._stopped or self._task is not None:
            return
        if not self._target.name:
            self._found(self._target.places)
            return
        loop = asyncio.get_running_loop()
        self._task = loop.create_task(self._resolve(max(0.0, self._asked_at + self._pause - loop.time())))

    def look(self, now: float) -> None:
        """Resolve a name that was not resolved for long."""
        if self._target.name and now - self._asked_at > RESOLVE_SECONDS:
            self.ask()

    def stop(self) -> None:
        """Resolve nothing any more."""
        self._stopped = True
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _resolve(self, pause: float) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            await asyncio.sleep(pause)
            self._asked_at = loop.time()
            try:
                places = await _addresses(self._target)
            except (OSError, UnicodeError) as error:  # the latter for what is no name at all
                failures += 1
                pause = max(self._pause, self._backoff.delay(failures))
                self.why = f"{self._target.name}: {getattr(error, 'strerror', None) or error}"
                if self._unknown():
                    self._task = None
                    return
            else:
                self._task, self.why = None, None
                self._found(places)
                return


async def _addresses(target: Target) -> tuple[Place, ...]:
    """Return the addresses of a name, each once; raises OSError when it has none."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(target.name, target.port, type=socket.SOCK_STREAM)
    if not found:
        raise OSError("no addresses")
    places = dict.fromkeys(Place(str(where[0]), int(where[1])) for *_, where in found)
    if target.name == "localhost" and len(places) > 1:  # one server on two families is one server
        places = dict.fromkeys(sorted(places, key=lambda place: ":" in place.host)[:1])
    return tuple(places)


def _host_and_port(endpoint: str) -> tuple[str, int]:
    host, _, port = endpoint.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or int(port) >= 1 << 16:
        raise ValueError(f"{endpoint!r} is no host with a port")
    return host.strip("[]"), int(port)
