"""What a client may keep on a server, and for how long, before its connection or its largest call pays."""

import asyncio

import grpc

from mesh.wire import frames
from mesh.wire.client import Channel
from mesh.wire.errors import ErrorCode
from mesh.wire.hpack import Encoder
from tests.services.mesh.wire.hand import GREETING, HEAD, MESSAGE, call_frames, echo, serving, until

PREFIX = b"\0" + (1 << 20).to_bytes(4, "big")


def begun(number: int, size: int) -> bytes:
    """A call whose message of a mebibyte has come as far as `size` octets."""
    head = frames.block(number, Encoder().encode(HEAD), 0, 16_384)
    return head + frames.frame(frames.DATA, 0, number, PREFIX + bytes(size - len(PREFIX)))


async def test_messages_that_are_never_complete_are_bounded() -> None:
    """The call that holds most of them ends, so often as it takes; a whole message is answered beside them."""
    async with serving(grpc.unary_unary_rpc_method_handler(echo), max_partial_bytes=50_000) as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GREETING + begun(1, 12_000) + b"".join(begun(number, 10_000) for number in range(3, 11, 2)))
        writer.write(call_frames(11))
        said = b""
        async with asyncio.timeout(10):
            while MESSAGE not in said:
                said += await reader.read(65_536)
        (wire,) = server.connections
        held = {number: stream.partial for number, stream in wire.http.streams.items()}
        kept = wire.http.partial
        writer.write(b"".join(begun(number, 15_000) for number in range(13, 213, 2)))
        await until(lambda: wire.http.last_peer_stream == 211)
        most = wire.http.partial
        writer.close()
        await until(lambda: not server.connections)

    assert b"more messages were begun" in said
    assert {3: 10_000, 5: 10_000, 7: 10_000, 9: 10_000} == held
    assert 40_000 == kept
    assert most <= 50_000
    assert 0 == wire.http.partial


async def test_a_call_that_keeps_too_much_leaves_nothing() -> None:
    """The messages it had completed are forgotten with the one it had begun."""

    async def never(_requests: object, _context: object) -> bytes:
        await asyncio.Event().wait()
        return b""

    async with serving(grpc.stream_unary_rpc_method_handler(never), max_partial_bytes=9_000) as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = frames.block(1, Encoder().encode(HEAD), 0, 16_384)
        writer.write(GREETING + head + frames.frame(frames.DATA, 0, 1, MESSAGE * 99 + PREFIX + bytes(10_000)))
        said = b""
        async with asyncio.timeout(10):
            while b"more messages were begun" not in said:
                said += await reader.read(65_536)
        (wire,) = server.connections

        assert (0, 0) == (wire.http.unread, wire.http.partial)
        writer.close()


async def test_complete_messages_leave_nothing_on_the_account() -> None:
    """Whether calls end well, badly or in the middle, what they had begun is given back."""
    async with (
        serving(grpc.stream_unary_rpc_method_handler(_first), max_partial_bytes=3_000_000) as (server, port),
        Channel(f"127.0.0.1:{port}") as channel,
    ):
        for _ in range(5):
            answer = await channel.stream_unary("/t.T/Call")(iter([b"x" * 1_000_000, b"y" * 1_000_000]))
            assert b"1000000" == answer
        await until(lambda: not any(wire.http.partial for wire in server.connections))


async def _first(requests: object, _context: object) -> bytes:
    """Answer after the first request, whatever follows it."""
    async for request in requests:  # type: ignore[attr-defined]
        return str(len(request)).encode()
    return b""


async def test_a_client_that_never_takes_our_settings_is_cut_off() -> None:
    """Half of what is agreed on holds from the acknowledgement on: nobody may leave it open; RFC 9113 section 6.5.3."""
    async with serving(grpc.unary_unary_rpc_method_handler(echo), settings_seconds=0.5) as (_, port):
        silent_reader, silent = await asyncio.open_connection("127.0.0.1", port)
        silent.write(GREETING + call_frames(1))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GREETING + frames.SETTINGS_ACK)
        async with asyncio.timeout(10):
            said = await silent_reader.read(-1)
        writer.write(call_frames(1))
        async with asyncio.timeout(10):
            answer = b""
            while MESSAGE not in answer:
                answer += await reader.read(65_536)
        silent.close()
        writer.close()

    assert MESSAGE in said
    assert b"settings that were not acknowledged in time" in said
    assert frames.HEAD.unpack_from(said[said.rindex(b"settings that") - 17 :])[2] == frames.GOAWAY
    assert said[said.rindex(b"settings that") - 1] == ErrorCode.SETTINGS_TIMEOUT
