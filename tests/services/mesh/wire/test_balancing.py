"""Who of several servers gets a call, and how many connections each has."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import grpc
import pytest

from mesh.wire import frames
from mesh.wire.client import Channel
from mesh.wire.client.address import Backoff
from mesh.wire.client.balancer import Policy
from mesh.wire.limits import Limits
from mesh.wire.server import Server
from tests.services.mesh.wire.hand import echo, serving, until
from tests.services.mesh.wire.hand_server import Visit, answer, hand

QUICK = Backoff(first=0.01, short=0.02, most=0.05)


class Three:
    """Three servers that count, and a channel to them."""

    def __init__(self, servers: list[Server], channel: Channel, served: Counter[int], held: asyncio.Event) -> None:
        self.servers = servers
        self.channel = channel
        self.served = served
        self.held = held

    async def call(self, times: int) -> None:
        method = self.channel.unary_unary("/t.T/Call")
        for _ in range(times):
            await method(b"", timeout=10)


@asynccontextmanager
async def three(policy: Policy, *, slow: int | None = None) -> AsyncGenerator[Three]:
    served: Counter[int] = Counter()
    held = asyncio.Event()

    def counting(number: int) -> Any:
        async def count(request: bytes, _context: Any) -> bytes:
            served[number] += 1
            if number == slow:
                await held.wait()
            return request

        return grpc.unary_unary_rpc_method_handler(count)

    async with AsyncExitStack() as stack:
        running = [await stack.enter_async_context(serving(counting(number))) for number in range(3)]
        target = "ipv4:" + ",".join(f"127.0.0.1:{port}" for _, port in running)
        channel = await stack.enter_async_context(Channel(target, policy=policy, backoff=QUICK))
        await channel.channel_ready()
        await until(lambda: len(channel.all_wires) == 3)
        yield Three([server for server, _ in running], channel, served, held)


async def test_round_robin_is_even() -> None:
    """Each server gets every third call."""
    async with three("round_robin") as them:
        await them.call(90)
    assert {0: 30, 1: 30, 2: 30} == them.served


async def test_least_requests_uses_all() -> None:
    """Where all are free chance decides, and leaves nobody out."""
    async with three("least_requests") as them:
        await them.call(300)
    assert min(them.served[number] for number in range(3)) > 50


@pytest.mark.parametrize("policy", ["round_robin", "least_requests"])
async def test_a_server_that_goes_away(policy: Policy) -> None:
    """The others get its calls, none fails; when it is back it has its share again."""
    async with three(policy) as them:
        await them.servers[0].stop(1)
        await until(lambda: len(them.channel.all_wires) == 2)
        them.served.clear()
        await them.call(60)
    assert {1, 2} == set(them.served)
    assert policy == "least_requests" or {30} == set(them.served.values())


async def test_a_slow_server_gets_less() -> None:
    """With least requests, what does not answer is asked seldom."""
    async with three("least_requests", slow=0) as them:
        method = them.channel.unary_unary("/t.T/Call")
        calls = [asyncio.ensure_future(method(b"", timeout=10)) for _ in range(10)]
        await until(lambda: sum(them.served.values()) == 10)
        for _ in range(100):
            call = method(b"", timeout=10)
            await asyncio.wait((call,), timeout=0.01)
            calls.append(call)
        stuck = them.served[0]
        them.held.set()
        await asyncio.gather(*calls)

    assert stuck < 40


async def test_further_connections_are_closed_again() -> None:
    """When few calls are left, one connection is; none of the calls is lost over it."""
    release = asyncio.Event()

    async def held(request: bytes, _context: Any) -> bytes:
        await release.wait()
        return request

    limits = Limits(spare_seconds=0.1)
    async with (
        serving(grpc.unary_unary_rpc_method_handler(held), max_streams=5) as (server, port),
        Channel(f"127.0.0.1:{port}", limits=limits) as channel,
    ):
        method = channel.unary_unary("/t.T/Call")
        calls = [asyncio.ensure_future(method(b"%d" % number, timeout=20)) for number in range(20)]
        await until(lambda: sum(len(wire.calls) for wire in server.connections) == 20)
        assert 4 == len(server.connections)
        await asyncio.sleep(0.3)
        assert 4 == len(server.connections)
        release.set()
        assert [b"%d" % number for number in range(20)] == await asyncio.gather(*calls)
        failed = 0
        while len(server.connections) > 1:
            failed += await method(b"", timeout=10).code() is not grpc.StatusCode.OK
        assert 0 == failed


async def test_a_connection_without_calls_is_closed() -> None:
    """And made again for the next call."""
    async with (
        serving(grpc.unary_unary_rpc_method_handler(echo)) as (server, port),
        Channel(f"127.0.0.1:{port}", limits=Limits(idle_seconds=0.1)) as channel,
    ):
        method = channel.unary_unary("/t.T/Call")
        for _ in range(2):
            await method(b"", timeout=10)
            await until(lambda: not server.connections)
            assert channel.get_state() is grpc.ChannelConnectivity.IDLE


async def test_a_connection_that_was_never_used() -> None:
    """Has as long as any other."""
    async with (
        serving(grpc.unary_unary_rpc_method_handler(echo)) as (server, port),
        Channel(f"127.0.0.1:{port}", limits=Limits(idle_seconds=0.4)) as channel,
    ):
        began = time.monotonic()
        await channel.channel_ready()
        await until(lambda: not server.connections)
        assert time.monotonic() - began > 0.4


async def test_a_bound_of_streams_that_shrinks() -> None:
    """The client keeps to it from then on: what it has open may end, what is new waits."""
    most_open = 0

    release = asyncio.Event()

    async def serve(visit: Visit) -> None:
        nonlocal most_open
        await visit.greet((frames.MAX_CONCURRENT_STREAMS, 3))
        streams = [await visit.call() for _ in range(3)]
        visit.say(frames.settings(((frames.MAX_CONCURRENT_STREAMS, 1),)))
        await release.wait()
        visit.say(*map(answer, streams))
        while True:
            stream = await visit.call()
            await visit.until(frames.DATA)
            begun = sum(frame.kind == frames.HEADERS for frame in visit.seen)
            visit.say(frames.ping(b"01234567"))
            await visit.answered()
            most_open = max(most_open, 1 + sum(frame.kind == frames.HEADERS for frame in visit.seen) - begun)
            visit.say(answer(stream))

    async with hand(serve) as server, Channel(f"127.0.0.1:{server.port}", max_connections=1) as channel:
        method = channel.unary_unary("/t.T/Call")
        calls = [asyncio.ensure_future(method(b"", timeout=10)) for _ in range(3)]
        await until(lambda: any(wire.http.peer_max_streams == 1 for wire in channel.all_wires))
        calls += [asyncio.ensure_future(method(b"", timeout=10)) for _ in range(4)]
        release.set()
        assert [b"x"] * 7 == await asyncio.gather(*calls)

    assert (1, 1) == (most_open, len(server.visits))


async def test_a_server_that_takes_no_calls() -> None:
    """A bound of nought is no reason for more connections; calls wait until it is lifted."""
    lift = asyncio.Event()

    async def shut(visit: Visit) -> None:
        await visit.greet((frames.MAX_CONCURRENT_STREAMS, 0))
        await lift.wait()
        visit.say(frames.settings(((frames.MAX_CONCURRENT_STREAMS, 10),)))
        for _ in range(5):
            visit.say(answer(await visit.call()))
        await visit.gone()

    async with hand(shut) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        calls = [asyncio.ensure_future(channel.unary_unary("/t.T/Call")(b"", timeout=10)) for _ in range(5)]
        await until(lambda: any(wire.http.settled for wire in channel.all_wires))
        await asyncio.sleep(0.1)
        assert (1, False) == (len(server.visits), any(call.done() for call in calls))
        lift.set()

        assert [b"x"] * 5 == await asyncio.gather(*calls)
