"""Whom a server cuts off: who makes it work for nothing, never who has given up waiting for it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import grpc
import pytest

from mesh.limits.door import Door
from mesh.rpc.doorkeeper import Doorkeeper
from mesh.rpc.engine import wire as engine
from mesh.settings import ServerSettings
from mesh.wire import frames
from mesh.wire.client import Channel
from mesh.wire.errors import ErrorCode
from mesh.wire.server import Server
from mesh.wire.server.protocol import ServerWire
from tests.services.mesh.wire.hand import GREETING, call_frames, until

SLOW = b"slow"


@asynccontextmanager
async def overloaded(*, public: bool, max_streams: int = 1_000) -> AsyncGenerator[tuple[Server, str]]:
    """A server as roles have it; it answers at once, or for SLOW never, and lets go of such calls late."""

    async def answer(request: bytes, _context: Any) -> bytes:
        if request == SLOW:
            try:
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0.05)  # as a transaction that is rolled back
        return request

    settings = ServerSettings(max_streams=max_streams)
    server = engine.server(settings, Doorkeeper(Door(settings.max_calls)), public=public)
    handlers = {"Call": grpc.unary_unary_rpc_method_handler(answer)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("t.T", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield server, f"127.0.0.1:{port}"
    finally:
        await server.stop(0)


def dialed(client: str, address: str) -> grpc.aio.Channel:
    """A channel with one connection, of ours or of the reference."""
    if client == "grpcio":
        return grpc.aio.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)])
    return cast("grpc.aio.Channel", Channel(address, max_connections=1))


async def given_up(channel: grpc.aio.Channel, calls: int, seconds: float) -> set[grpc.StatusCode]:
    """Make calls that nobody answers, all at once; the codes they end with."""
    call = channel.unary_unary("/t.T/Call")
    return set(await asyncio.gather(*(call(SLOW, timeout=seconds).code() for _ in range(calls))))


def only(server: Server) -> ServerWire:
    """The one connection there is."""
    (wire,) = server.connections
    return wire


@pytest.mark.parametrize("client", ["wire", "grpcio"])
@pytest.mark.parametrize(("public", "calls", "seconds"), [(False, 450, 0.2), (True, 100, 0.4)], ids=["ours", "public"])
async def test_who_gives_up_waiting_is_not_cut_off(client: str, public: bool, calls: int, seconds: float) -> None:
    """Thousands of calls of a role, or hundreds of a member, whose time runs out on one connection, and it stays."""
    async with overloaded(public=public) as (server, address), dialed(client, address) as channel:
        call = channel.unary_unary("/t.T/Call")
        assert b"first" == await call(b"first", timeout=10)
        before = only(server)
        codes: set[grpc.StatusCode] = set()
        for _ in range(5):
            codes |= await given_up(channel, calls, seconds)
        last = await call(b"last", timeout=10)

        assert b"last" == last
        assert before is only(server)
    assert {grpc.StatusCode.DEADLINE_EXCEEDED} == codes


async def test_who_is_refused_a_place_is_not_cut_off() -> None:
    """Calls that were given up keep their places until their tasks end: those refused meanwhile are nobody's fault."""
    async with overloaded(public=False, max_streams=20) as (server, address), dialed("wire", address) as channel:
        call = channel.unary_unary("/t.T/Call")
        assert b"first" == await call(b"first", timeout=10)
        before = only(server)
        codes: set[grpc.StatusCode] = set()
        for _ in range(60):
            codes |= await given_up(channel, 20, 0.01)
        await asyncio.sleep(0.1)

        assert b"last" == await call(b"last", timeout=10)
        assert before in server.connections
    assert grpc.StatusCode.DEADLINE_EXCEEDED in codes


async def attack(server: Server, address: str, waves: Iterator[bytes]) -> ServerWire:
    """Send an attacker's octets for as long as anybody takes them; the server's end of the connection."""
    known = set(server.connections)
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(GREETING + frames.SETTINGS_ACK)
    await until(lambda: server.connections > known)
    (wire,) = server.connections - known
    said = asyncio.ensure_future(reader.read(-1))
    with suppress(ConnectionError):
        for wave in waves:
            writer.write(wave)
            await writer.drain()
            if said.done():
                break
        async with asyncio.timeout(20):
            await said
    await asyncio.wait((said,), timeout=20)
    said.exception()
    writer.close()
    return wire


def opened_and_reset() -> Iterator[bytes]:
    """Rapid reset: CVE-2023-44487."""
    for first in range(1, 200_000, 200):
        yield b"".join(
            call_frames(number) + frames.reset(number, ErrorCode.CANCEL) for number in range(first, first + 200, 2)
        )


def reset_for_their_faults() -> Iterator[bytes]:
    """The server is made to reset: MadeYouReset, CVE-2025-8671."""
    for first in range(1, 200_000, 200):
        yield b"".join(call_frames(number) + frames.window_update(number, 0) for number in range(first, first + 200, 2))


@pytest.mark.parametrize("waves", [opened_and_reset, reset_for_their_faults])
async def test_who_resets_in_haste_is_cut_off(waves: Callable[[], Iterator[bytes]]) -> None:
    """Before it gets through with much more than the budget; others are served meanwhile, and stay."""
    async with overloaded(public=True) as (server, address), Channel(address) as other:
        call = other.unary_unary("/t.T/Call")
        assert b"before" == await call(b"before", timeout=10)
        beside = only(server)
        attacking = asyncio.ensure_future(attack(server, address, waves()))
        served = 0
        while not attacking.done():
            assert b"x" == await call(b"x", timeout=10)
            served += 1
        attacker = await attacking

        assert attacker.http.broken
        assert attacker.http.last_peer_stream < 100_000
        assert served
        assert {beside} == server.connections
