"""Names of servers: they change, are unknown for a while, and are asked for no more often than they should be."""

import asyncio
import socket
from typing import Any

import grpc
import pytest

from mesh.wire.client import Channel
from mesh.wire.client.address import Backoff
from mesh.wire.limits import Limits
from tests.services.mesh.wire.hand import serving, until

SYSTEM = socket.getaddrinfo
QUICK = Backoff(first=0.01, short=0.02, most=0.05)


class Names:
    """What the resolver of the system says, told by a test."""

    def __init__(self) -> None:
        self.ports: list[int] | Exception = []
        self.asked = 0

    def getaddrinfo(self, host: Any, *rest: Any, **more: Any) -> list[Any]:
        if host != "somewhere.example":
            return SYSTEM(host, *rest, **more)
        self.asked += 1
        if isinstance(self.ports, Exception):
            raise self.ports
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in self.ports]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    names = Names()
    monkeypatch.setattr(socket, "getaddrinfo", names.getaddrinfo)
    return names


def named(text: bytes) -> Any:
    """A handler that says who it is."""

    async def name(_request: bytes, _context: Any) -> bytes:
        return text

    return grpc.unary_unary_rpc_method_handler(name)


def dial(**how: Any) -> Channel:
    return Channel("dns:///somewhere.example:1", backoff=QUICK, resolve_pause=0.05, **how)


def call(channel: Channel, **how: Any) -> Any:
    return channel.unary_unary("/t.T/Call")(b"", timeout=10, **how)


@pytest.mark.parametrize(
    "failure",
    [socket.gaierror(-2, "Name or service not known"), UnicodeError("label too long"), OSError("no network"), None],
)
async def test_a_name_that_is_unknown_for_a_while(names: Names, failure: Exception | None) -> None:
    """Calls are told why, those that wait for ready are served when the name comes back."""
    names.ports = failure or []
    async with serving(named(b"here")) as (_, port), dial() as channel:
        failing, waiting = call(channel), call(channel, wait_for_ready=True)
        code, details = await failing.code(), await failing.details()
        state = channel.get_state()
        at_once = call(channel).done()
        names.ports = [port]

        assert b"here" == await waiting
    assert (grpc.StatusCode.UNAVAILABLE, grpc.ChannelConnectivity.TRANSIENT_FAILURE) == (code, state)
    assert details.startswith("somewhere.example: ")
    assert at_once


async def test_a_name_that_is_none() -> None:
    """What no resolver would take fails calls like a name that is unknown."""
    async with Channel(f"{'a' * 70}.example:1") as channel:
        assert grpc.StatusCode.UNAVAILABLE is await call(channel).code()


async def test_a_server_that_moves_is_found(names: Names) -> None:
    """A connection that cannot be made again has the name resolved: its new address gets the calls."""
    async with serving(named(b"old")) as (old, port), serving(named(b"new")) as (_, next_port), dial() as channel:
        names.ports = [port]
        assert b"old" == await call(channel)
        names.ports = [next_port]
        await old.stop(0)
        await until(lambda: not channel.all_wires or names.asked > 1)

        assert b"new" == await call(channel, wait_for_ready=True)


async def test_addresses_that_are_left_finish_their_calls(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that loses an address while nothing failed is noticed in time; what runs there ends well."""
    monkeypatch.setattr("mesh.wire.client.resolver.RESOLVE_SECONDS", 0.05)
    release = asyncio.Event()

    async def slow(_request: bytes, _context: Any) -> bytes:
        await release.wait()
        return b"old"

    async with (
        serving(grpc.unary_unary_rpc_method_handler(slow)) as (old, port),
        serving(named(b"new")) as (new, next_port),
        dial(limits=Limits(spare_seconds=0.1)) as channel,
    ):
        names.ports = [port]
        running = call(channel)
        await until(lambda: any(wire.calls for wire in old.connections))
        names.ports = [next_port]
        await until(lambda: bool(new.connections))
        assert b"new" == await call(channel, wait_for_ready=True)
        release.set()

        assert b"old" == await running
        await until(lambda: not old.connections)
        assert [b"new"] * 3 == [await call(channel) for _ in range(3)]


async def test_a_resolver_that_fails_later_takes_nothing_away(names: Names) -> None:
    """Addresses that were found stay in use until others are."""
    async with serving(named(b"here")) as (server, port), dial() as channel:
        names.ports = [port]
        await call(channel)
        names.ports = OSError("no network")
        await server.stop(0)
        await until(lambda: names.asked > 2)
        async with serving(named(b"again"), port=port):
            assert b"again" == await call(channel, wait_for_ready=True)


async def test_resolutions_have_a_pause(names: Names) -> None:
    """However often connections fail, and however many calls ask, a name is resolved at most so often."""
    async with serving(named(b"")) as (_, port):
        names.ports = [port]
    async with dial() as channel:
        for _ in range(50):
            await call(channel).code()
            await asyncio.sleep(0.01)

        assert 3 <= names.asked <= 30


async def test_closing_while_a_name_is_resolved(names: Names) -> None:
    """Calls that waited for it are cancelled, and nothing is left."""
    async with dial() as channel:
        waiting = call(channel)
    assert grpc.StatusCode.CANCELLED is await waiting.code()
    assert not channel.all_wires
