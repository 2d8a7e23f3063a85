"""Calls that no server looked at are sent again; those that one may have looked at never are."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from mesh.wire import frames, messages
from mesh.wire.client import Channel
from mesh.wire.client.address import Backoff
from mesh.wire.client.call import REFUSALS
from mesh.wire.client.sending import REPLAYED
from mesh.wire.errors import ErrorCode
from mesh.wire.frames import END_STREAM
from tests.services.mesh.wire.hand import until
from tests.services.mesh.wire.hand_server import Visit, answer, hand, head, message

QUICK = Backoff(first=0.01, short=0.02, most=0.05)
KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")
LAST = frames.LARGEST_STREAM


def begin(channel: Channel, kind: str, request: bytes = b"x") -> Any:
    method = getattr(channel, kind)("/t.T/Call")
    return method([request, request] if kind.startswith("stream") else request, timeout=10)


async def replies(call: Any) -> list[bytes]:
    return [reply async for reply in call] if hasattr(call, "__aiter__") else [await call]


async def request_of(visit: Visit) -> tuple[int, bytes]:
    """Return the stream and the body of the next call, which is read to its end."""
    stream, body = await visit.call(), b""
    while True:
        frame = await visit.until(frames.DATA)
        body += frame.payload
        if frame.flags & END_STREAM:
            return stream, body


def begun(visit: Visit) -> int:
    return sum(frame.kind == frames.HEADERS for frame in visit.seen)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("refusals", [1, REFUSALS, REFUSALS + 1])
async def test_streams_that_are_refused(kind: str, refusals: int) -> None:
    """A call is sent again, whole, so many times as is documented, then it is UNAVAILABLE."""
    bodies: list[bytes] = []

    async def refusing(visit: Visit) -> None:
        await visit.greet()
        while True:
            stream, body = await request_of(visit)
            bodies.append(body)
            refused = len(bodies) <= refusals
            visit.say(frames.reset(stream, ErrorCode.REFUSED_STREAM) if refused else answer(stream))

    async with hand(refusing) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        call = begin(channel, kind)
        if refusals <= REFUSALS:
            assert [b"x"] == await replies(call)
        assert (await call.code() is grpc.StatusCode.OK) is (refusals <= REFUSALS)
    assert [messages.framed(b"x") * (2 if kind.startswith("stream") else 1)] * min(refusals + 1, REFUSALS + 1) == bodies
    if refusals > REFUSALS:
        assert grpc.StatusCode.UNAVAILABLE is await call.code()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shown", ["a head", "a head and a message"])
async def test_a_call_that_a_server_looked_at(kind: str, shown: str) -> None:
    """When a head came the call is never sent again, whatever the server then says."""

    async def lying(visit: Visit) -> None:
        await visit.greet()
        stream = await visit.call()
        visit.say(head(stream), message(stream, b"x") if shown != "a head" else b"")
        visit.say(frames.reset(stream, ErrorCode.REFUSED_STREAM))
        await visit.gone()

    async with hand(lying) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        call = begin(channel, kind)
        assert grpc.StatusCode.UNAVAILABLE is await call.code()
        await channel.close()
        await asyncio.wait_for(server.visits[0].ended.wait(), 5)
        assert [1] == [begun(visit) for visit in server.visits]


@pytest.mark.parametrize("kind", ["stream_unary", "stream_stream"])
async def test_more_requests_than_are_kept(kind: str) -> None:
    """A stream that sent more than is kept is not sent again, for it would not be whole."""

    async def late(visit: Visit) -> None:
        await visit.greet((frames.INITIAL_WINDOW_SIZE, 1 << 20))
        visit.say(frames.window_update(0, 1 << 20))
        size, stream = 0, await visit.call()
        while size <= REPLAYED:
            size += len((await visit.until(frames.DATA)).payload)
        visit.say(frames.reset(stream, ErrorCode.REFUSED_STREAM))
        await visit.gone()

    async def requests() -> AsyncIterator[bytes]:
        for _ in range(9):
            yield b"x" * 8_192
        await asyncio.Event().wait()

    async with hand(late) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        call = getattr(channel, kind)("/t.T/Call")(requests(), timeout=10)
        assert grpc.StatusCode.UNAVAILABLE is await call.code()
        assert 1 == begun(server.visits[0])


async def test_requests_that_waited_for_a_connection_are_not_all_kept() -> None:
    """Nor is what was written before there was one, beyond the same bound."""

    async def slow(visit: Visit) -> None:
        await visit.greet((frames.INITIAL_WINDOW_SIZE, 1 << 20))
        visit.say(frames.window_update(0, 1 << 20))
        stream = await visit.call()
        await visit.until(frames.DATA)
        visit.say(frames.reset(stream, ErrorCode.REFUSED_STREAM))
        await visit.gone()

    async with hand(slow) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        call = channel.stream_stream("/t.T/Call")(timeout=10)
        await call.write(b"x" * (REPLAYED + 1))
        assert grpc.StatusCode.UNAVAILABLE is await call.code()
        assert 1 == begun(server.visits[0])


async def test_a_large_request_is_sent_again() -> None:
    """The one request of a call is kept whatever its size: it is the same octets as its caller's."""
    bodies: list[int] = []

    async def refusing(visit: Visit) -> None:
        await visit.greet((frames.INITIAL_WINDOW_SIZE, 1 << 22))
        visit.say(frames.window_update(0, 1 << 22))
        while True:
            stream, body = await request_of(visit)
            bodies.append(len(body))
            visit.say(frames.reset(stream, ErrorCode.REFUSED_STREAM) if len(bodies) == 1 else answer(stream))

    async with hand(refusing) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        assert b"x" == await channel.unary_unary("/t.T/Call")(b"x" * 1_000_000, timeout=10)
    assert [1_000_005] * 2 == bodies


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("steps", [1, 2])
async def test_a_server_that_goes_away(kind: str, steps: int) -> None:
    """In one step or in two: what it looked at it ends, what lies above is sent to the next, and nothing is lost."""

    async def leaving(visit: Visit) -> None:
        await visit.greet()
        if not visit.first:
            while True:
                stream, _ = await request_of(visit)
                visit.say(answer(stream, b"second"))
        for _ in range(3):
            await request_of(visit)
        if steps == 2:
            visit.say(frames.goaway(LAST, 0), frames.ping(b"draining"))
            await visit.answered()
        visit.say(frames.goaway(1, 0))
        await until(lambda: len(server.visits) == 2)
        visit.say(answer(1, b"first"))
        await visit.gone()

    async with hand(leaving) as server, Channel(f"127.0.0.1:{server.port}", backoff=QUICK) as channel:
        calls = [begin(channel, kind) for _ in range(3)]
        async with asyncio.timeout(10):
            assert [[b"first"], [b"second"], [b"second"]] == [await replies(call) for call in calls]
            await server.visits[0].ended.wait()
        assert 2 == len(server.visits)


async def test_going_away_after_the_head() -> None:
    """A server that answers a stream it says it never looked at is not believed: the call is not sent twice."""

    async def lying(visit: Visit) -> None:
        await visit.greet()
        visit.say(head(await visit.call()), frames.goaway(0, 0))
        await visit.gone()

    async with hand(lying) as server, Channel(f"127.0.0.1:{server.port}", backoff=QUICK) as channel:
        call = begin(channel, "unary_unary")
        assert grpc.StatusCode.UNAVAILABLE is await call.code()
        await until(lambda: len(server.visits) > 1)
        assert {0, 1} == {begun(visit) for visit in server.visits}


@pytest.mark.parametrize("debug", [b"", b"max_age", b"\xff\xfe"])
async def test_going_away_over_an_error(debug: bytes) -> None:
    """Calls that the server looked at end with its connection; they say why, and are not sent again."""

    async def failing(visit: Visit) -> None:
        await visit.greet()
        await visit.call()
        visit.say(frames.goaway(1, ErrorCode.INTERNAL_ERROR, debug))
        await visit.writer.drain()
        visit.writer.write_eof()
        await visit.gone()

    async with hand(failing) as server, Channel(f"127.0.0.1:{server.port}", backoff=QUICK) as channel:
        call = begin(channel, "unary_unary")
        assert grpc.StatusCode.UNAVAILABLE is await call.code()
        assert f"INTERNAL_ERROR {debug.decode('latin-1')}".rstrip() in await call.details()


async def test_servers_that_all_refuse() -> None:
    """Going away without having looked counts like a refusal: a call does not wander for ever."""

    async def leaving(visit: Visit) -> None:
        await visit.greet()
        await visit.call()
        visit.say(frames.goaway(0, 0))
        await visit.gone()

    async with hand(leaving) as server, Channel(f"127.0.0.1:{server.port}", backoff=QUICK) as channel:
        call = begin(channel, "unary_unary")
        assert grpc.StatusCode.UNAVAILABLE is await call.code()
        assert REFUSALS + 1 == sum(begun(visit) for visit in server.visits)
