"""What grpc.aio promises those who call, on our client and on its own."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import grpc
import pytest
import pytest_asyncio

from mesh.settings import Engine
from mesh.wire.client import Channel
from tests.services.mesh.wire.hand import serving

OK, CANCELLED = grpc.StatusCode.OK, grpc.StatusCode.CANCELLED
KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")


class Service:
    """Says what a request asks for: `fail`, `wait`, or the same again."""

    def __init__(self) -> None:
        self.cancelled = asyncio.Event()
        self.release = asyncio.Event()
        self.entered = asyncio.Event()

    async def _answer(self, request: bytes, context: Any) -> bytes:
        await context.send_initial_metadata((("x-head", "h"), ("x-head-bin", b"\0\xff")))
        context.set_trailing_metadata((("x-end", "1"), ("x-end", "2")))
        if request == b"fail":
            await context.abort(grpc.StatusCode.NOT_FOUND, "no such thing: ä %")
        if request == b"wait":
            self.entered.set()
            try:
                await self.release.wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
        return request

    async def unary_unary(self, request: bytes, context: Any) -> bytes:
        return await self._answer(request, context)

    async def unary_stream(self, request: bytes, context: Any) -> AsyncIterator[bytes]:
        yield await self._answer(request, context)
        yield request

    async def stream_unary(self, requests: AsyncIterator[bytes], context: Any) -> bytes:
        joined = b""
        async for request in requests:
            joined += request
            if request in {b"fail", b"wait"}:
                break
        return await self._answer(joined, context)

    async def stream_stream(self, requests: AsyncIterator[bytes], context: Any) -> AsyncIterator[bytes]:
        first = True
        async for request in requests:
            if first or request in {b"fail", b"wait"}:
                yield await self._answer(request, context)
            else:
                yield request
            first = False


class Calling:
    """A channel to the service."""

    def __init__(self, engine: Engine, service: Service, channel: Any) -> None:
        self.engine = engine
        self.service = service
        self.channel = channel

    def __call__(self, kind: str, request: bytes = b"x", **how: Any) -> Any:
        """Begin a call of a kind; those with a stream of requests have one."""
        method = getattr(self.channel, kind)(f"/t.T/{kind}")
        how.setdefault("timeout", 10)
        return method(iter([request]), **how) if kind.startswith("stream") else method(request, **how)

    def open(self, kind: str, **how: Any) -> Any:
        """Begin a call whose requests are written."""
        how.setdefault("timeout", 10)
        return getattr(self.channel, kind)(f"/t.T/{kind}")(**how)


def dial(engine: Engine, port: int) -> Any:
    return Channel(f"127.0.0.1:{port}") if engine == "wire" else grpc.aio.insecure_channel(f"127.0.0.1:{port}")


@pytest_asyncio.fixture(loop_scope="module")
async def calling(engine: Engine) -> AsyncGenerator[Calling]:
    service = Service()
    handlers = {kind: getattr(grpc, f"{kind}_rpc_method_handler")(getattr(service, kind)) for kind in KINDS}
    async with serving(handlers) as (_, port), dial(engine, port) as channel:
        yield Calling(engine, service, channel)


async def replies(call: Any) -> list[bytes]:
    """Return all replies of a call of any kind."""
    return [reply async for reply in call] if hasattr(call, "__aiter__") else [await call]


@pytest.mark.parametrize("kind", ["unary_unary", "stream_unary"])
async def test_a_reply_may_be_awaited_again(calling: Calling, kind: str) -> None:
    """By the same task, by others at the same time, and after it came."""

    async def waits(call: Any) -> bytes:
        return await call

    call = calling(kind)
    together = await asyncio.gather(waits(call), waits(call), waits(call))

    assert [b"x"] * 3 == together
    assert b"x" == await call
    assert b"x" == await waits(call)


@pytest.mark.parametrize("kind", ["unary_unary", "stream_unary"])
async def test_a_failure_may_be_awaited_again(calling: Calling, kind: str) -> None:
    """Each time it is raised."""
    call = calling(kind, b"fail")
    for _ in range(2):
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await call
        assert grpc.StatusCode.NOT_FOUND is raised.value.code()


@pytest.mark.parametrize("kind", KINDS)
async def test_what_a_call_says_of_itself(calling: Calling, kind: str) -> None:
    """When it has ended well: its metadata with values that repeat and binary ones, its status."""
    call = calling(kind)
    assert not call.done()
    assert set(await replies(call)) == {b"x"}

    assert [("x-head", "h"), ("x-head-bin", b"\0\xff")] == [*await call.initial_metadata()]
    assert [("x-end", "1"), ("x-end", "2")] == [*await call.trailing_metadata()]
    assert (OK, "") == (await call.code(), await call.details())
    assert isinstance(await call.debug_error_string(), str)
    assert (True, False) == (call.done(), call.cancelled())
    assert not call.cancel()
    assert not call.cancelled()


@pytest.mark.parametrize("kind", KINDS)
async def test_what_a_failed_call_says(calling: Calling, kind: str) -> None:
    """The error that is raised says the same as the call."""
    call = calling(kind, b"fail")
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await replies(call)

    error = raised.value
    assert grpc.StatusCode.NOT_FOUND is error.code() is await call.code()
    assert "no such thing: ä %" == error.details() == await call.details()
    assert isinstance(error.debug_error_string(), str)
    if calling.engine == "wire":  # grpcio's error may be made before it has read the head
        assert [("x-head", "h"), ("x-head-bin", b"\0\xff")] == [*error.initial_metadata()]
    assert [("x-end", "1"), ("x-end", "2")] == [*error.trailing_metadata()] == [*await call.trailing_metadata()]
    assert (True, False, False) == (call.done(), call.cancelled(), call.cancel())


@pytest.mark.parametrize("kind", KINDS)
async def test_the_head_is_there_before_the_reply(calling: Calling, kind: str) -> None:
    """Initial metadata does not wait for the end; neither does waiting for the connection."""
    if (calling.engine, kind) == ("grpcio", "unary_unary"):
        pytest.skip("it reads head and reply together")
    call = calling(kind, b"wait")
    async with asyncio.timeout(5):
        assert "h" == (await call.initial_metadata())["x-head"]
        await call.wait_for_connection()
    assert not call.done()
    call.cancel()


@pytest.mark.parametrize("kind", KINDS)
async def test_callbacks(calling: Calling, kind: str) -> None:
    """Each is called once with the call, those that come too late as well."""
    called: list[Any] = []
    all_called = asyncio.Event()

    def note(call: Any) -> None:
        called.append(call)
        if len(called) == 3:
            all_called.set()

    call = calling(kind)
    call.add_done_callback(note)
    call.add_done_callback(note)
    await replies(call)
    await call.code()
    call.add_done_callback(note)
    async with asyncio.timeout(5):
        await all_called.wait()

    assert 3 == len(called)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_time_that_is_left(calling: Calling, kind: str) -> None:
    """None without a deadline; else what is left of it, and then the call ends."""
    without, far, near = (calling(kind, b"wait", timeout=seconds) for seconds in (None, 20.0, 0.1))

    assert without.time_remaining() is None
    assert 19.0 < far.time_remaining() <= 20.0
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await replies(near)
    assert grpc.StatusCode.DEADLINE_EXCEEDED is raised.value.code() is await near.code()
    assert 0.01 > near.time_remaining()
    without.cancel()
    far.cancel()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("after", ["at once", "when it runs", "while it is awaited"])
async def test_cancelling(calling: Calling, kind: str, after: str) -> None:
    """Whenever it comes: once it tells that it did something, and the call ends as cancelled."""
    call = calling(kind, b"wait")
    reading = None
    if after != "at once":
        await calling.service.entered.wait()
    if after == "while it is awaited":
        reading = asyncio.ensure_future(replies(call))
        await asyncio.sleep(0)

    assert call.cancel()
    assert not call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await (reading or replies(call))
    assert (CANCELLED, True, True) == (await call.code(), call.cancelled(), call.done())
    assert await call.details()
    if after != "at once":
        async with asyncio.timeout(5):
            await calling.service.cancelled.wait()


@pytest.mark.parametrize("kind", KINDS)
async def test_whoever_awaits_is_cancelled(calling: Calling, kind: str) -> None:
    """Then the call is, here and on the server."""
    call = calling(kind, b"wait")
    reading = asyncio.ensure_future(replies(call))
    await calling.service.entered.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    async with asyncio.timeout(5):
        await calling.service.cancelled.wait()
    assert (CANCELLED, True) == (await call.code(), call.cancelled())


@pytest.mark.parametrize("kind", ["unary_stream", "stream_stream"])
async def test_reading_one_by_one(calling: Calling, kind: str) -> None:
    """After the last reply comes EOF, as often as it is asked for."""
    call = calling(kind)
    read = []
    while (reply := await call.read()) is not grpc.aio.EOF:
        read.append(reply)

    assert {b"x"} == set(read)
    assert (grpc.aio.EOF, OK) == (await call.read(), await call.code())


async def test_a_conversation(calling: Calling) -> None:
    """Requests and replies in turn; the end of one side is the end of the other."""
    call = calling.open("stream_stream")
    for number in range(5):
        await call.write(b"%d" % number)
        assert b"%d" % number == await call.read()
    await call.done_writing()

    assert grpc.aio.EOF is await call.read()


@pytest.mark.parametrize("kind", ["stream_unary", "stream_stream"])
async def test_writing_after_the_end(calling: Calling, kind: str) -> None:
    """Nothing can be sent after done_writing, nor when the call is over; to say twice that it is done does no harm."""
    call = calling.open(kind)
    await call.write(b"x")
    await call.done_writing()
    await call.done_writing()
    with pytest.raises(asyncio.InvalidStateError):
        await call.write(b"y")
    assert [b"x"] == await replies(call)
    with pytest.raises(asyncio.InvalidStateError):
        await call.write(b"y")
    await call.done_writing()


async def test_no_request_at_all(calling: Calling) -> None:
    """A stream of nothing is a stream, also where its end is said before there is a connection."""
    written, iterated = calling.open("stream_unary"), calling.channel.stream_unary("/t.T/stream_unary")([], timeout=10)
    await written.done_writing()

    assert [b"", b""] == [await written, await iterated]


@pytest.mark.parametrize("kind", ["stream_unary", "stream_stream"])
async def test_writing_to_a_call_that_was_cancelled(calling: Calling, kind: str) -> None:
    """It is told so."""
    call = calling.open(kind)
    await call.write(b"x")
    call.cancel()
    with pytest.raises((asyncio.CancelledError, asyncio.InvalidStateError)):
        await call.write(b"y")


@pytest.mark.parametrize("kind", ["stream_unary", "stream_stream"])
@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("another_call", [False, True])
async def test_requests_that_raise(calling: Calling, kind: str, asynchronous: bool, another_call: bool) -> None:
    """Whatever is raised, were it the end of another call: the call ends, and not well."""
    nothing = grpc.aio.Metadata()
    error = grpc.aio.AioRpcError(OK, nothing, nothing) if another_call else ValueError("of the iterator")

    async def several() -> AsyncIterator[bytes]:
        yield b"x"
        raise error

    def plain() -> Any:
        yield b"x"
        raise error

    call = getattr(calling.channel, kind)(f"/t.T/{kind}")(several() if asynchronous else plain(), timeout=10)
    with pytest.raises((grpc.aio.AioRpcError, asyncio.CancelledError)):
        await replies(call)

    assert await call.code() in {CANCELLED, grpc.StatusCode.UNKNOWN}


@pytest.mark.parametrize("kind", KINDS)
async def test_closing_cancels_what_runs(calling: Calling, kind: str) -> None:
    """Without grace at once; whoever reads is told."""
    call = calling(kind, b"wait")
    await calling.service.entered.wait()
    reading = asyncio.ensure_future(replies(call))
    await asyncio.sleep(0)
    await calling.channel.close()

    with pytest.raises(asyncio.CancelledError):
        await reading
    async with asyncio.timeout(5):
        await calling.service.cancelled.wait()


@pytest.mark.parametrize("kind", KINDS)
async def test_closing_with_grace(calling: Calling, kind: str) -> None:
    """What runs may finish, and closing is done as soon as it has."""
    call = calling(kind, b"wait")
    await calling.service.entered.wait()
    reading = asyncio.ensure_future(replies(call))
    closing = asyncio.ensure_future(calling.channel.close(20))
    await asyncio.sleep(0.05)
    calling.service.release.set()
    async with asyncio.timeout(5):
        await closing

    assert {b"wait"} == set(await reading)


async def test_closing_when_the_grace_is_over(calling: Calling) -> None:
    """What still runs is cancelled."""
    call = calling("unary_unary", b"wait")
    await calling.service.entered.wait()
    async with asyncio.timeout(5):
        await calling.channel.close(0.05)
    with pytest.raises(asyncio.CancelledError):
        await call


@pytest.mark.parametrize("kind", KINDS)
async def test_a_closed_channel(calling: Calling, kind: str) -> None:
    """Takes no calls, and may be closed again."""
    await calling.channel.close()
    await calling.channel.close(1)

    with pytest.raises((grpc.aio.UsageError, grpc.aio.AioRpcError, asyncio.CancelledError)):
        await replies(calling(kind))
