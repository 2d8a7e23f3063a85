"""What a server may answer against all rules: the call ends with a status that fits, others are served as before."""

import asyncio
import gzip
from typing import Any

import grpc
import pytest

from mesh.wire import frames, messages
from mesh.wire.client import Channel
from mesh.wire.client.address import Backoff
from mesh.wire.errors import ErrorCode
from mesh.wire.frames import END_STREAM
from mesh.wire.limits import Limits
from tests.services.mesh.wire.hand_server import OK, Visit, answer, answering, data, hand, head, message, trailers

QUICK = Backoff(first=0.01, short=0.02, most=0.05)
CODE = grpc.StatusCode
GZIPPED = (*OK, ("grpc-encoding", "gzip"))
KINDS = ("unary_unary", "unary_stream")


def zipped(packed: bytes) -> bytes:
    return data(1, b"\1" + len(packed).to_bytes(4, "big") + packed)


def http(status: str, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return ((":status", status), *more)


HTTP_STATUSES = {
    "400": CODE.INTERNAL, "401": CODE.UNAUTHENTICATED, "403": CODE.PERMISSION_DENIED, "404": CODE.UNIMPLEMENTED,
    "429": CODE.UNAVAILABLE, "502": CODE.UNAVAILABLE, "503": CODE.UNAVAILABLE, "504": CODE.UNAVAILABLE,
    "200": CODE.UNKNOWN, "204": CODE.UNKNOWN, "302": CODE.UNKNOWN, "418": CODE.UNKNOWN, "500": CODE.UNKNOWN,
}  # fmt: skip
"""gRPC's http-grpc-status-mapping."""
RESETS = {
    ErrorCode.NO_ERROR: CODE.INTERNAL, ErrorCode.PROTOCOL_ERROR: CODE.INTERNAL,
    ErrorCode.INTERNAL_ERROR: CODE.INTERNAL, ErrorCode.FLOW_CONTROL_ERROR: CODE.INTERNAL,
    ErrorCode.STREAM_CLOSED: CODE.INTERNAL, ErrorCode.FRAME_SIZE_ERROR: CODE.INTERNAL,
    ErrorCode.CANCEL: CODE.CANCELLED, ErrorCode.ENHANCE_YOUR_CALM: CODE.RESOURCE_EXHAUSTED,
    ErrorCode.INADEQUATE_SECURITY: CODE.PERMISSION_DENIED, 0xDEAD: CODE.INTERNAL,
}  # fmt: skip
"""gRPC over HTTP/2, "Errors"."""

ODD_ANSWERS: dict[str, tuple[bytes, grpc.StatusCode]] = {
    "no head": (trailers(1), CODE.INTERNAL),
    "data before the head": (message(1, b"x") + answer(1), CODE.INTERNAL),
    "two heads": (head(1) + answer(1), CODE.INTERNAL),
    "an end without trailers": (head(1) + data(1, messages.framed(b"x"), END_STREAM), CODE.INTERNAL),
    "a head that is the end": (head(1, OK, END_STREAM), CODE.UNKNOWN),
    "trailers without a status": (head(1) + message(1, b"x") + head(1, (("a", "b"),), END_STREAM), CODE.UNKNOWN),
    "trailers that are not the end": (head(1) + message(1, b"x") + head(1, (("grpc-status", "0"),)), CODE.INTERNAL),
    "a head within the body": (head(1) + message(1, b"x") + head(1, OK, END_STREAM), CODE.INTERNAL),
    "a message cut off": (head(1) + data(1, b"\0\0\0\0\5abc") + trailers(1), CODE.INTERNAL),
    "half a prefix": (head(1) + data(1, b"\0\0") + trailers(1), CODE.INTERNAL),
    "a message above the limit": (head(1) + data(1, b"\0\x7f\xff\xff\xff"), CODE.RESOURCE_EXHAUSTED),
    "flags nobody knows": (head(1) + data(1, b"\2\0\0\0\1x") + trailers(1), CODE.INTERNAL),
    "compressed as nobody said": (head(1) + zipped(gzip.compress(b"x")) + trailers(1), CODE.INTERNAL),
    "compressed as nobody can": (
        head(1, (*OK, ("grpc-encoding", "snappy"))) + zipped(b"x") + trailers(1), CODE.INTERNAL,
    ),
    "no gzip": (head(1, GZIPPED) + zipped(b"garbage") + trailers(1), CODE.INTERNAL),
    "a gzip bomb": (head(1, GZIPPED) + zipped(gzip.compress(bytes(2_000_000))) + trailers(1), CODE.RESOURCE_EXHAUSTED),
    "longer than its content-length": (head(1, (*OK, ("content-length", "3"))) + message(1, b"x"), CODE.INTERNAL),
    "shorter than its content-length": (
        head(1, (*OK, ("content-length", "300"))) + message(1, b"x") + trailers(1), CODE.INTERNAL,
    ),
    "capitals in a name": (head(1, (*OK, ("Big", "x"))), CODE.INTERNAL),
    "a field of HTTP/1.1": (head(1, (*OK, ("connection", "close"))), CODE.INTERNAL),
    "a :status that is none": (head(1, http("2000")), CODE.INTERNAL),
    "more metadata than is taken": (head(1, (*OK, ("big", "x" * 17_000))), CODE.RESOURCE_EXHAUSTED),
    "another protocol": (head(1, http("101")), CODE.INTERNAL),
    "gRPC-Web": (head(1, http("200", ("content-type", "application/grpc-web"))) + message(1, b"x"), CODE.UNKNOWN),
    "a page": (head(1, http("200", ("content-type", "text/html"))) + data(1, b"<html>", END_STREAM), CODE.UNKNOWN),
    "a page that is missing": (head(1, http("404")) + data(1, b"<html>", END_STREAM), CODE.UNIMPLEMENTED),
    "a status in spite of HTTP": (
        head(1, http("503", ("grpc-status", "7"), ("grpc-message", "no")), END_STREAM), CODE.PERMISSION_DENIED,
    ),
    "a stream that depends on itself": (frames.frame(frames.PRIORITY, 0, 1, b"\0\0\0\1\0"), CODE.INTERNAL),
    "a window by nothing": (frames.window_update(1, 0), CODE.INTERNAL),
    "a window above all": (frames.window_update(1, frames.LARGEST_WINDOW), CODE.INTERNAL),
    **{f"grpc-status {text!r}": (head(1) + message(1, b"x") + trailers(1, code=text), CODE.UNKNOWN)
       for text in ("", "garbage", "-1", "17", "99999999999999999999", "00", "1.0")},
    **{f"HTTP {text}": (head(1, http(text), END_STREAM), code) for text, code in HTTP_STATUSES.items()},
    **{f"reset {number}": (frames.reset(1, number), code) for number, code in RESETS.items()},
}  # fmt: skip


async def replies(channel: Channel, kind: str, **how: Any) -> list[bytes]:
    call = getattr(channel, kind)("/t.T/Call")(b"x", timeout=10, **how)
    return [await call] if kind == "unary_unary" else [reply async for reply in call]


def scripted(octets: bytes) -> Any:
    """A server that gives its first call this answer, the others a good one."""

    async def serve(visit: Visit) -> None:
        await visit.greet()
        if visit.first:
            await visit.call()
            await visit.until(frames.DATA)
            visit.say(octets)
        while True:
            visit.say(answer(await visit.call()))

    return serve


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("octets", "code"), ODD_ANSWERS.values(), ids=ODD_ANSWERS)
async def test_an_answer_against_the_rules(octets: bytes, code: grpc.StatusCode, kind: str) -> None:
    """Ends its call, and nothing else: the connection serves the next one."""
    limits = Limits(max_message_bytes=1_000_000)
    async with hand(scripted(octets)) as server, Channel(f"127.0.0.1:{server.port}", limits=limits) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await replies(channel, kind)
        assert code is raised.value.code()
        assert [b"x"] == await replies(channel, kind)
        assert 1 == len(server.visits)


@pytest.mark.parametrize(
    ("octets", "said"),
    [(head(1) + trailers(1), "no reply"), (head(1) + message(1, b"x") * 2, "more than one reply"),
     (head(1) + data(1, messages.framed(b"x") * 2), "more than one reply")],
)  # fmt: skip
async def test_replies_that_are_not_one(octets: bytes, said: str) -> None:
    """A method that gives one reply gives one; a server that goes on is not listened to."""
    async with hand(scripted(octets)) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        with pytest.raises(grpc.aio.AioRpcError, match=said) as raised:
            await replies(channel, "unary_unary")
        assert CODE.INTERNAL is raised.value.code()
        assert [b"x"] == await replies(channel, "unary_unary")
        assert 1 == len(server.visits)


UNUSUAL = {
    "informational heads": head(1, http("100")) + head(1, http("103", ("link", "x"))) + answer(1),
    "gRPC with its messages' kind": (
        head(1, http("200", ("content-type", "application/grpc+proto"))) + message(1, b"x") + trailers(1)
    ),
    "empty DATA": head(1) + data(1, b"") * 3 + message(1, b"x") + trailers(1),
    "an octet at a time": head(1) + b"".join(data(1, bytes((one,))) for one in b"\0\0\0\0\1x") + trailers(1),
    "padding": head(1) + data(1, b"\3" + messages.framed(b"x") + bytes(3), frames.PADDED) + trailers(1),
    "compressed": head(1, GZIPPED) + zipped(gzip.compress(b"x")) + trailers(1),
    "some compressed, some not": head(1, GZIPPED) + message(1, b"x") + trailers(1),
    "unknown frames": frames.frame(0xFA, 0xFF, 1, b"?") + answer(1) + frames.frame(0xFB, 0, 0, b"?"),
    "DATA after the end": answer(1) + data(1, b"late"),
    "a reset after the end": answer(1) + frames.reset(1, ErrorCode.CANCEL),
    "metadata that is no base64": (
        head(1, (*OK, ("a-bin", "!"))) + message(1, b"x") + trailers(1, ("b-bin", "!"), ("c", "\x80\xff"))
    ),
}


@pytest.mark.parametrize("octets", UNUSUAL.values(), ids=UNUSUAL)
async def test_an_unusual_answer(octets: bytes) -> None:
    """What is allowed, or does no harm, is taken."""
    async with hand(scripted(octets)) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        call = channel.unary_unary("/t.T/Call")(b"x", timeout=10)
        assert b"x" == await call
        await call.initial_metadata()
        await call.trailing_metadata()
        assert b"x" == await channel.unary_unary("/t.T/Call")(b"x", timeout=10)
        assert 1 == len(server.visits)


BROKEN = {
    "DATA on a stream nobody opened": data(7, b"x"),
    "HEADERS on a stream nobody opened": head(7),
    "HEADERS on an even stream": head(2),
    "HEADERS after the end": answer(1) + head(1),
    "a push": frames.frame(frames.PUSH_PROMISE, frames.END_HEADERS, 1, b"\0\0\0\2\x88"),
    "CONTINUATION alone": frames.frame(frames.CONTINUATION, frames.END_HEADERS, 1, b"\x88"),
    "CONTINUATION without end": (
        frames.frame(frames.HEADERS, 0, 1, b"\x88") + frames.frame(frames.CONTINUATION, 0, 1, b"") * 100
    ),
    "no HPACK": frames.frame(frames.HEADERS, frames.END_HEADERS, 1, b"\xff\xff\xff\xff\xff"),
    "a frame above its size": frames.frame(frames.DATA, 0, 1, bytes(16_385)),
    "padding beyond the frame": data(1, b"\xff", frames.PADDED),
    "informational heads without end": head(1, http("103")) * 1_100,
    "empty DATA without end": head(1) + data(1, b"") * 1_100,
    "SETTINGS without end": frames.settings(()) * 1_100,
    "PING without end": frames.ping(b"01234567") * 1_100,
    "unknown frames without end": frames.frame(0xFA, 0, 0) * 1_100,
    "the connection's window above all": frames.window_update(0, frames.LARGEST_WINDOW),
}


@pytest.mark.parametrize("octets", BROKEN.values(), ids=BROKEN)
async def test_a_broken_connection(octets: bytes) -> None:
    """The calls on it are UNAVAILABLE, the server is told GOAWAY, the next call has another connection."""
    async with hand(scripted(octets)) as server, Channel(f"127.0.0.1:{server.port}", backoff=QUICK) as channel:
        calls = [channel.unary_stream("/t.T/Call")(b"x", timeout=10) for _ in range(2)]
        assert CODE.UNAVAILABLE is await calls[1].code()
        assert await calls[0].code() in {CODE.UNAVAILABLE, CODE.OK}
        assert "broke the protocol" in await calls[1].details()
        assert [b"x"] == await replies(channel, "unary_unary", wait_for_ready=True)
        assert 2 == len(server.visits)
        await asyncio.wait_for(server.visits[0].ended.wait(), 5)
    assert frames.GOAWAY in {frame.kind for frame in server.visits[0].seen}


async def test_a_server_that_sends_more_than_it_may() -> None:
    """Beyond the window of its stream the call ends; what was read is not asked for twice."""

    async def pushing(visit: Visit) -> None:
        await visit.greet()
        stream = await visit.call()
        visit.say(head(stream), message(stream, bytes(10_000)) * 200)
        await answering_on(visit)

    limits = Limits(stream_window=100_000, max_window=100_000)
    async with hand(pushing) as server, Channel(f"127.0.0.1:{server.port}", limits=limits) as channel:
        call = channel.unary_stream("/t.T/Call")(b"x", timeout=10)

        assert CODE.INTERNAL is await call.code()
        assert "window" in await call.details()
        assert [b"x"] == await replies(channel, "unary_unary")
        assert 1 == len(server.visits)


async def answering_on(visit: Visit) -> None:
    while True:
        visit.say(answer(await visit.call()))


async def test_tiny_windows() -> None:
    """A server that takes an octet at a time gets its request all the same."""
    request = b"what is long for such a window"

    async def tiny(visit: Visit) -> None:
        await visit.greet((frames.INITIAL_WINDOW_SIZE, 1))
        stream = await visit.call()
        got = b""
        while len(got) < 5 + len(request):
            got += (await visit.until(frames.DATA)).payload
            visit.say(frames.window_update(stream, 1))
        visit.say(answer(stream, got[5:]))
        await visit.gone()

    async with hand(tiny) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        assert request == await channel.unary_unary("/t.T/Call")(request, timeout=10)


async def test_a_window_that_goes_below_nothing() -> None:
    """SETTINGS may take back what was allowed: the client waits until there is room again."""

    async def stingy(visit: Visit) -> None:
        await visit.greet((frames.INITIAL_WINDOW_SIZE, 10))
        stream = await visit.call()
        got = (await visit.until(frames.DATA)).payload
        visit.say(frames.settings(((frames.INITIAL_WINDOW_SIZE, 0),)))
        visit.say(frames.window_update(stream, 5), frames.ping(b"01234567"))
        while not (await visit.frame()).flags & frames.ACK or visit.seen[-1].kind != frames.PING:
            assert visit.seen[-1].kind != frames.DATA
        visit.say(frames.window_update(stream, 1_000))
        while len(got) < 105:
            got += (await visit.until(frames.DATA)).payload
        visit.say(answer(stream, got[5:]))
        await visit.gone()

    async with hand(stingy) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        assert b"r" * 100 == await channel.unary_unary("/t.T/Call")(b"r" * 100, timeout=10)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("error", [ValueError("odd"), StopIteration(), TypeError()])
async def test_a_reply_that_cannot_be_parsed(kind: str, error: Exception) -> None:
    """Whatever the parser raises, the call is INTERNAL, and the connection serves on."""

    def parse(_reply: bytes) -> Any:
        raise error

    async with hand(answering) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        call = getattr(channel, kind)("/t.T/Call", response_deserializer=parse)(b"x", timeout=10)
        with pytest.raises(grpc.aio.AioRpcError, match="cannot be parsed"):
            await (call if kind == "unary_unary" else call.read())
        assert CODE.INTERNAL is await call.code()
        assert [b"x"] == await replies(channel, kind)
        assert 1 == len(server.visits)


async def test_a_reset_after_the_deadline_is_the_deadline() -> None:
    """A server whose clock is quicker than our timer cancels the call at its deadline, as grpc-go's does."""
    loop, ends = asyncio.get_running_loop(), list[float]()

    async def punctual(visit: Visit) -> None:
        await visit.greet()
        for end in [(await visit.call(), ends[at]) for at in range(10)]:
            await asyncio.sleep(end[1] - loop.time() + 0.0005)
            visit.say(frames.reset(end[0], ErrorCode.CANCEL))
        await visit.gone()

    async with hand(punctual) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        await channel.channel_ready()
        calls: list[Any] = []
        for seconds in range(10):
            timeout = 1.1 + seconds / 200
            calls.append(channel.unary_unary("/t.T/Call")(b"x", timeout=timeout))
            ends.append(loop.time() + timeout)
        assert [CODE.DEADLINE_EXCEEDED] * 10 == [await call.code() for call in calls]
