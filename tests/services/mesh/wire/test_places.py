"""The places and the times of calls on a server: taken when a call begins, given back however it ends."""

import asyncio
import socket
import struct
from typing import Any

import grpc
import pytest

from mesh.wire import frames
from mesh.wire.client import Channel
from mesh.wire.errors import ErrorCode
from mesh.wire.hpack import Encoder
from mesh.wire.limits import Limits
from mesh.wire.server import Server
from tests.services.mesh.wire.hand import GREETING, HEAD, MESSAGE, call_frames, echo, serving, until

BEGUN = frames.block(1, Encoder().encode(HEAD), 0, 16_384)
BROKEN_CALLS = {
    "two messages": BEGUN + frames.frame(frames.DATA, frames.END_STREAM, 1, MESSAGE * 2),
    "no message": BEGUN + frames.frame(frames.DATA, frames.END_STREAM, 1, b""),
    "cut off": BEGUN + frames.frame(frames.DATA, frames.END_STREAM, 1, MESSAGE[:-1]),
    "too large": BEGUN + frames.frame(frames.DATA, 0, 1, b"\0\x7f\xff\xff\xff"),
    "unknown flags": BEGUN + frames.frame(frames.DATA, frames.END_STREAM, 1, b"\2" + MESSAGE[1:]),
    "reset in the same read": call_frames(1) + frames.reset(1, ErrorCode.CANCEL),
}


@pytest.mark.parametrize("octets", BROKEN_CALLS.values(), ids=BROKEN_CALLS.keys())
async def test_a_call_that_never_began_gives_its_place_back(octets: bytes) -> None:
    """Whatever a client sends, no place is lost."""
    async with serving(grpc.unary_unary_rpc_method_handler(echo)) as (server, port):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GREETING + octets)
        await until(lambda: any(wire.http.last_peer_stream == 1 for wire in server.connections))
        await until(lambda: not any(wire.calls or wire.http.streams for wire in server.connections))
        writer.close()


async def test_the_time_for_a_request_is_not_that_of_its_answer() -> None:
    """A request that is slow to come ends at its bound, whatever deadline it names; an answer may take longer."""

    async def slow(request: bytes, _context: Any) -> bytes:
        await asyncio.sleep(2.5)
        return request

    async with serving(grpc.unary_unary_rpc_method_handler(slow), request_seconds=0.5) as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        far = frames.block(3, Encoder().encode((*HEAD, ("grpc-timeout", "99H"))), 0, 16_384)
        writer.write(GREETING + BEGUN + frames.frame(frames.DATA, 0, 1, MESSAGE[:-1]) + far)
        await asyncio.sleep(1.1)  # it is watched by now
        writer.write(frames.frame(frames.DATA, frames.END_STREAM, 1, MESSAGE[-1:]))
        await asyncio.sleep(0)
        await until(lambda: all(len(wire.calls) == 1 for wire in server.connections))
        assert {1} == {stream for wire in server.connections for stream in wire.http.streams}
        async with asyncio.timeout(10):
            said = b""
            while MESSAGE not in said:
                said += await reader.read(65_536)
        writer.close()


async def test_a_read_that_was_cancelled_is_followed_by_others() -> None:
    """Waiting for a request with a time-out may be done again and again."""
    timeouts = 0

    async def patient(_requests: Any, context: Any) -> bytes:
        nonlocal timeouts
        while True:
            try:
                return await asyncio.wait_for(context.read(), 0.02)
            except TimeoutError:
                timeouts += 1

    async with (
        serving(grpc.stream_unary_rpc_method_handler(patient)) as (_, port),
        Channel(f"127.0.0.1:{port}") as channel,
    ):
        call = channel.stream_unary("/t.T/Call")()
        await until(lambda: timeouts > 3)
        await call.write(b"at last")

        assert b"at last" == await call


async def test_initial_metadata_that_cannot_be_sent() -> None:
    """The call ends with a status that arrives."""

    async def odd(request: bytes, context: Any) -> bytes:
        await context.send_initial_metadata((("a", "b\n"),))
        return request

    async with (
        serving(grpc.unary_unary_rpc_method_handler(odd)) as (_, port),
        Channel(f"127.0.0.1:{port}") as channel,
    ):
        assert grpc.StatusCode.UNKNOWN is await channel.unary_unary("/t.T/Call")(b"").code()


async def test_odd_codes_and_details_end_the_call() -> None:
    """What is no code is UNKNOWN, what is no text is written as one."""

    async def odd(_request: bytes, context: Any) -> None:
        await context.abort("what?", ValueError("not a text"))

    async with (
        serving(grpc.unary_unary_rpc_method_handler(odd)) as (_, port),
        Channel(f"127.0.0.1:{port}") as channel,
    ):
        call = channel.unary_unary("/t.T/Call")(b"")

        assert (grpc.StatusCode.UNKNOWN, "not a text") == (await call.code(), await call.details())


async def test_a_drained_connection_closes_when_its_last_answer_is_read() -> None:
    """Though the reader is slower than the call was."""

    async def large(_request: bytes, _context: Any) -> bytes:
        return b"x" * 100_000

    async with serving(grpc.unary_unary_rpc_method_handler(large)) as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GREETING + call_frames(1))
        await until(lambda: any(wire.http.backlog for wire in server.connections))
        (wire,) = server.connections
        wire.drain()
        await asyncio.sleep(1.2)  # nobody answers its PING
        assert wire in server.connections
        writer.write(frames.window_update(1, 100_000) + frames.window_update(0, 100_000))
        async with asyncio.timeout(5):
            said = await reader.read(-1)

        assert said.count(b"x") >= 100_000
        writer.close()


async def test_a_drained_connection_waits_for_its_client_to_close() -> None:
    """A client that still writes, as flow control makes it, while it reads the last answer is not reset meanwhile."""

    async def large(_request: bytes, _context: Any) -> bytes:
        return b"x" * 3_000_000

    async with serving(grpc.unary_unary_rpc_method_handler(large)) as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1_000)
        room = frames.window_update(1, 4_000_000) + frames.window_update(0, 4_000_000)
        writer.write(GREETING + call_frames(1) + room)
        await until(lambda: any(wire.http.said > 1 for wire in server.connections))
        (wire,) = server.connections
        wire.drain()
        said = await reader.readexactly(2_000_000)
        writer.write(frames.frame(frames.PING, frames.ACK, 0, b"draining"))
        await until(lambda: wire.closed)
        for _ in range(20):
            writer.write(frames.window_update(0, 1))
            await writer.drain()
            await asyncio.sleep(0.01)
        async with asyncio.timeout(5):
            said += await reader.read(-1)
        assert wire in server.connections
        writer.close()
        await until(lambda: wire not in server.connections)

    assert said.count(b"x") >= 3_000_000


async def test_a_client_that_went_without_a_word_is_let_go() -> None:
    """Though its reset has not been heard of when the connection is closed."""
    async with serving(grpc.unary_unary_rpc_method_handler(echo)) as (server, port):
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(GREETING)
        await until(lambda: any(wire.http.settled for wire in server.connections))
        (wire,) = server.connections
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        wire.close_after_peer()

        await until(lambda: wire not in server.connections)


async def test_a_port_is_taken_from_its_binding_on() -> None:
    """A second server finds out before either serves."""
    first, second = Server(Limits()), Server(Limits())
    port = first.add_insecure_port("127.0.0.1:0")
    with pytest.raises(RuntimeError, match="cannot listen"):
        second.add_insecure_port(f"127.0.0.1:{port}")
    await first.stop(0)


async def test_every_callback_is_called() -> None:
    """One that raises does not keep the others from it."""
    called: list[str] = []

    async def with_callbacks(request: bytes, context: Any) -> bytes:
        context.add_done_callback(lambda _: 1 / 0)
        context.add_done_callback(lambda _: called.append("second"))
        return request

    async with (
        serving(grpc.unary_unary_rpc_method_handler(with_callbacks)) as (_, port),
        Channel(f"127.0.0.1:{port}") as channel,
    ):
        await channel.unary_unary("/t.T/Call")(b"")
        await until(lambda: called == ["second"])
