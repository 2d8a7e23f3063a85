"""Asking whether a server lives: a dead one is found in time, a live one is not bothered."""

import asyncio
import itertools
import time
from typing import Any

import grpc
import pytest

from mesh.wire import frames
from mesh.wire.client import Channel
from mesh.wire.errors import ErrorCode
from mesh.wire.limits import Limits
from tests.services.mesh.wire.hand import echo, until
from tests.services.mesh.wire.hand_server import Visit, answer, hand

HANDLER = grpc.unary_unary_rpc_method_handler(echo)


async def test_a_server_that_is_dead_is_noticed() -> None:
    """A call to it ends when the PING was not answered, the next one has another connection."""

    async def dying(visit: Visit) -> None:
        await visit.greet()
        await visit.call()
        if len(server.visits) > 1:
            visit.say(answer(1))
        await visit.gone()

    limits = Limits(ping_seconds=0.1, ping_timeout_seconds=0.1)
    async with hand(dying) as server, Channel(f"127.0.0.1:{server.port}", limits=limits) as channel:
        method = channel.unary_unary("/t.T/Call")
        assert grpc.StatusCode.UNAVAILABLE is await method(b"", timeout=10).code()
        assert b"x" == await method(b"", timeout=10, wait_for_ready=True)
    assert frames.PING in {frame.kind for frame in server.visits[0].seen}


async def test_a_server_that_answers_is_kept() -> None:
    """However long a call says nothing; and it is asked no more often than it was silent."""
    asked: list[float] = []

    async def slow(visit: Visit) -> None:
        await visit.greet()
        stream = await visit.call()
        while len(asked) < 4:
            ping = await visit.until(frames.PING)
            asked.append(time.monotonic())
            visit.say(frames.ping(ping.payload, ack=True))
        visit.say(answer(stream))
        await visit.gone()

    limits = Limits(ping_seconds=0.1, ping_timeout_seconds=5.0)
    async with hand(slow) as server, Channel(f"127.0.0.1:{server.port}", limits=limits) as channel:
        assert b"x" == await channel.unary_unary("/t.T/Call")(b"", timeout=10)
    assert min(later - earlier for earlier, later in itertools.pairwise(asked)) > 0.09


async def test_a_server_that_wants_to_be_asked_less() -> None:
    """Each time it goes away over too many PINGs they become half as many."""
    gaps: list[float] = []

    async def strict(visit: Visit) -> None:
        await visit.greet()
        began = time.monotonic()
        await visit.until(frames.PING)
        gaps.append(time.monotonic() - began)
        visit.say(frames.goaway(0, ErrorCode.ENHANCE_YOUR_CALM, b"too_many_pings"))
        await visit.gone()

    limits = Limits(ping_seconds=0.05)
    async with hand(strict) as server, Channel(f"127.0.0.1:{server.port}", limits=limits) as channel:
        channel.get_state(try_to_connect=True)
        await until(lambda: len(gaps) == 4)

    assert gaps[1] > 0.1
    assert gaps[2] > 0.2
    assert gaps[3] > 0.4


async def test_one_server_does_not_end_all_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience has a bound, or who says this often enough could hide that others are dead."""
    channel = Channel("127.0.0.1:1")
    for _ in range(2_000):
        channel.ask_less()
    wanted: list[float] = []

    class Wire:
        def check_alive(self, _now: float, patience: float) -> None:
            wanted.append(patience)

    channel.all_wires.add(Wire())  # type: ignore[arg-type]
    channel.get_state()
    channel.changed()
    await until(lambda: bool(wanted))
    channel.all_wires.clear()
    await channel.close()

    assert wanted[0] <= 32


@pytest.mark.parametrize("calls", [False, True], ids=["without calls", "with a call"])
async def test_a_grpc_server_is_not_asked_too_often(calls: bool) -> None:
    """What the other implementation allows, it never strikes at: the connection is the same all the time."""
    options = [
        ("grpc.http2.min_ping_interval_without_data_ms", 100),
        ("grpc.http2.min_recv_ping_interval_without_data_ms", 100),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_ping_strikes", 1),
    ]
    release = asyncio.Event()

    async def held(request: bytes, _context: Any) -> bytes:
        await release.wait()
        return request

    server = grpc.aio.server(options=options)
    handlers = {"Call": HANDLER, "Held": grpc.unary_unary_rpc_method_handler(held)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("t.T", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    limits = Limits(ping_seconds=0.12, ping_timeout_seconds=2.0)
    async with Channel(f"127.0.0.1:{port}", limits=limits) as channel:
        await channel.unary_unary("/t.T/Call")(b"", timeout=10)
        (wire,) = channel.all_wires
        call = channel.unary_unary("/t.T/Held")(b"held", timeout=10) if calls else None
        heard: set[float] = set()
        async with asyncio.timeout(10):
            while len(heard) < 8:
                heard.add(wire.heard)
                await asyncio.sleep(0.02)
        release.set()

        assert {wire} == channel.all_wires
        assert not wire.leaving
        if call is not None:
            assert b"held" == await call
    await server.stop(0)
