"""From a channel's target to the addresses to connect to."""

import asyncio
import ipaddress
import socket
from typing import NamedTuple

from mesh.wire.client.address import SOCKET, Place


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


async def resolve(target: Target) -> tuple[Place, ...]:
    """Return the addresses of a target, each once; raises OSError when its name has none."""
    if not target.name:
        return target.places
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
