"""Both ends of the wire on real sockets: who waits, who pays, what is sent again."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc

from mesh.wire import frames
from mesh.wire.client import Channel
from mesh.wire.errors import ErrorCode
from mesh.wire.server import Server
from tests.services.mesh.wire.hand import GREETING, call_frames, echo, serving, until


async def test_a_reset_call_keeps_its_place_until_its_task_has_ended() -> None:
    """Opening and resetting in turn gets no more work than waiting for the answers would (CVE-2023-44487)."""
    most = running = 0
    release = asyncio.Event()

    async def stubborn(_request: bytes, _context: Any) -> bytes:
        nonlocal most, running
        running += 1
        most = max(most, running)
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue
        running -= 1
        return b""

    async with serving(grpc.unary_unary_rpc_method_handler(stubborn), max_streams=5) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GREETING)
        for number in range(1, 101, 2):
            writer.write(call_frames(number))
            await writer.drain()
            await asyncio.sleep(0.002)
            writer.write(frames.reset(number, ErrorCode.CANCEL))
        await asyncio.sleep(0.1)
        answered = await reader.read(65_536)
        release.set()
        writer.close()

    assert 5 == most
    assert frames.reset(99, ErrorCode.REFUSED_STREAM) in answered


async def test_a_client_that_reads_nothing_stops_its_producer() -> None:
    """A server's stream is not driven on while nobody takes what it gave; others are served meanwhile."""
    made = 0

    async def endless(_request: bytes, _context: Any) -> AsyncIterator[bytes]:
        nonlocal made
        while True:
            made += 1
            yield b"x" * 10_000

    async with (
        serving(grpc.unary_stream_rpc_method_handler(endless)) as (_, port),
        Channel(f"127.0.0.1:{port}") as slow,
        Channel(f"127.0.0.1:{port}") as other,
    ):
        call = slow.unary_stream("/t.T/Call")(b"")
        await call.read()
        await asyncio.sleep(0.3)
        ahead = made
        await asyncio.sleep(0.2)
        beside = other.unary_stream("/t.T/Call")(b"")

        assert made == ahead
        assert ahead * 10_000 < 4 * 1024 * 1024
        assert b"x" * 10_000 == await beside.read()
        call.cancel()
        beside.cancel()


async def test_a_servicer_that_reads_nothing_stops_its_client() -> None:
    """A client's writes wait while the servicer takes nothing, and go on when it does."""
    read = asyncio.Event()

    async def lazy(requests: AsyncIterator[bytes], _context: Any) -> bytes:
        await read.wait()
        return str(sum([len(request) async for request in requests])).encode()

    written = 0
    async with (
        serving(grpc.stream_unary_rpc_method_handler(lazy)) as (_, port),
        Channel(f"127.0.0.1:{port}") as channel,
    ):

        async def requests() -> AsyncIterator[bytes]:
            nonlocal written
            for _ in range(500):
                yield b"x" * 10_000
                written += 1

        call = channel.stream_unary("/t.T/Call")(requests())
        await asyncio.sleep(0.3)
        ahead = written
        read.set()

        assert ahead < 200
        assert b"5000000" == await call


async def test_floods_of_a_peer_that_reads_nothing_end_its_connection() -> None:
    """Answers that pile up are bounded: the abuser's connection goes, another is served."""
    async with (
        serving(grpc.unary_unary_rpc_method_handler(echo)) as (server, port),
        Channel(f"127.0.0.1:{port}") as channel,
    ):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GREETING + frames.ping(b"12345678") * 5_000)
        await channel.unary_unary("/t.T/Call")(b"")
        await until(lambda: len(server.connections) == 1)

        assert b"still" == await channel.unary_unary("/t.T/Call")(b"still")
        writer.close()


async def test_a_preface_that_never_comes() -> None:
    """A connection that says nothing is closed."""
    async with serving(grpc.unary_unary_rpc_method_handler(echo), preface_seconds=0.2) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(5):
            said = await reader.read()
        writer.close()

    assert b"no connection preface in time" in said


async def test_the_deadline_and_the_client_cancel_the_task() -> None:
    """Whoever works for nobody is told to stop, and leaves nothing behind."""
    ended: list[str] = []

    async def slow(request: bytes, _context: Any) -> bytes:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            ended.append(request.decode())
            raise
        return b""

    async with (
        serving(grpc.unary_unary_rpc_method_handler(slow)) as (server, port),
        Channel(f"127.0.0.1:{port}") as channel,
    ):
        method = channel.unary_unary("/t.T/Call")
        late, dropped = method(b"late", timeout=0.1), method(b"dropped")
        await asyncio.sleep(0.05)
        dropped.cancel()
        code = await late.code()
        await until(lambda: len(ended) == 2)
        await until(lambda: not any(wire.calls or wire.http.streams for wire in server.connections))

    assert grpc.StatusCode.DEADLINE_EXCEEDED is code
    assert {"late", "dropped"} == set(ended)


async def test_streams_beyond_one_connection_get_another() -> None:
    """When a server takes no more streams on a connection, the channel opens a further one."""
    release = asyncio.Event()

    async def held(request: bytes, _context: Any) -> bytes:
        await release.wait()
        return request

    async with (
        serving(grpc.unary_unary_rpc_method_handler(held), max_streams=10) as (server, port),
        Channel(f"127.0.0.1:{port}") as channel,
    ):
        calls = [asyncio.ensure_future(channel.unary_unary("/t.T/Call")(b"%d" % number)) for number in range(35)]
        await until(lambda: sum(len(wire.calls) for wire in server.connections) == 35)
        connections = len(server.connections)
        release.set()

        assert [b"%d" % number for number in range(35)] == await asyncio.gather(*calls)
        assert 4 == connections


async def test_a_drained_server_loses_no_call() -> None:
    """Calls that were sent before the client heard of the drain are served, later ones go to the next server."""
    served: list[int] = []

    def counting(number: int) -> Any:
        async def count(request: bytes, _context: Any) -> bytes:
            await asyncio.sleep(0.01)
            served.append(number)
            return request

        return grpc.unary_unary_rpc_method_handler(count)

    async with (
        serving(counting(1)) as (first, one),
        serving(counting(2)) as (_, two),
        Channel(f"ipv4:127.0.0.1:{one},127.0.0.1:{two}") as channel,
    ):
        await channel.channel_ready()
        await until(lambda: len(channel.all_wires) == 2)
        method = channel.unary_unary("/t.T/Call")
        calls = []
        for number in range(300):
            calls.append(asyncio.ensure_future(method(b"%d" % number)))
            if number == 100:
                stopping = asyncio.ensure_future(first.stop(5))
            await asyncio.sleep(0.001)
        replies = await asyncio.gather(*calls)
        await stopping

    assert [b"%d" % number for number in range(300)] == replies
    assert {1, 2} == set(served)


async def test_failing_fast_and_waiting_for_ready() -> None:
    """Without a server a call fails with the reason at once, unless it was told to wait for one."""
    async with serving(grpc.unary_unary_rpc_method_handler(echo)) as (_, port):
        pass
    async with Channel(f"127.0.0.1:{port}") as channel:
        method = channel.unary_unary("/t.T/Call")
        code = await method(b"").code()
        waiting = method(b"waited", wait_for_ready=True, timeout=10)
        server = Server()
        handlers = {"Call": grpc.unary_unary_rpc_method_handler(echo)}
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("t.T", handlers),))
        server.add_insecure_port(f"127.0.0.1:{port}")
        await server.start()
        reply = await waiting
        await server.stop(0)

    assert (grpc.StatusCode.UNAVAILABLE, b"waited") == (code, reply)
