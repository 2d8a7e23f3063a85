"""Calls that are cancelled at odd moments, and channels that are closed meanwhile: nothing is left of them."""

import asyncio
from typing import Any

import grpc
import pytest

from mesh.wire import frames
from mesh.wire.client import Channel
from mesh.wire.errors import ErrorCode
from tests.services.mesh.wire.hand import until
from tests.services.mesh.wire.hand_server import Visit, answer, answering, hand, head, message

KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")
CANCELLED = grpc.StatusCode.CANCELLED


def begin(channel: Channel, kind: str) -> Any:
    method = getattr(channel, kind)("/t.T/Call")
    return method([b"x"] if kind.startswith("stream") else b"x", timeout=10)


async def replies(call: Any) -> list[bytes]:
    return [reply async for reply in call] if hasattr(call, "__aiter__") else [await call]


def heads(visit: Visit) -> int:
    return sum(frame.kind == frames.HEADERS for frame in visit.seen)


@pytest.mark.parametrize("kind", KINDS)
async def test_before_there_is_a_connection(kind: str) -> None:
    """A call that is cancelled while it waits is never sent."""
    async with hand(answering) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        cancelled, other = begin(channel, kind), begin(channel, "unary_unary")
        assert (True, False) == (cancelled.cancel(), cancelled.cancel())

        assert b"x" == await other
        assert (CANCELLED, 1) == (await cancelled.code(), heads(server.visits[0]))


@pytest.mark.parametrize("kind", KINDS)
async def test_while_it_waits_for_room(kind: str) -> None:
    """Its turn is the next one's."""
    release = asyncio.Event()

    async def full(visit: Visit) -> None:
        await visit.greet((frames.MAX_CONCURRENT_STREAMS, 1))
        stream = await visit.call()
        await release.wait()
        visit.say(answer(stream))
        visit.say(answer(await visit.call(), b"next"))
        await visit.gone()

    async with hand(full) as server, Channel(f"127.0.0.1:{server.port}", max_connections=1) as channel:
        first = begin(channel, "unary_unary")
        await channel.channel_ready()
        waiting, following = begin(channel, kind), begin(channel, "unary_unary")
        assert waiting.cancel()
        release.set()

        assert [b"x", b"next"] == [await first, await following]
        assert (CANCELLED, 2) == (await waiting.code(), heads(server.visits[0]))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_server_is_told_once(kind: str) -> None:
    """However often a call is cancelled: one RST_STREAM says so, and what still comes is ignored."""

    async def slow(visit: Visit) -> None:
        await visit.greet()
        stream = await visit.call()
        await visit.until(frames.RST_STREAM)
        visit.say(answer(stream), frames.ping(b"01234567"))
        while True:
            visit.say(answer(await visit.call()))

    async with hand(slow) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        call = begin(channel, kind)
        await until(lambda: bool(server.visits) and heads(server.visits[0]) == 1)
        assert [True, False, False] == [call.cancel() for _ in range(3)]
        assert b"x" == await begin(channel, "unary_unary")
        told = [frame for frame in server.visits[0].seen if frame.kind == frames.RST_STREAM]
    assert [ErrorCode.CANCEL] == [int.from_bytes(frame.payload, "big") for frame in told]


@pytest.mark.parametrize("kind", KINDS)
async def test_in_the_turn_of_its_answer(kind: str) -> None:
    """The answer came first: the call has ended well, whoever awaited it is cancelled all the same."""
    async with hand(answering_all) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        call = begin(channel, kind)
        reading = asyncio.ensure_future(replies(call))
        said: list[Any] = []
        call.add_done_callback(lambda call: said.extend((call.cancel(), reading.cancel())))
        outcome = await asyncio.gather(reading, return_exceptions=True)
        assert grpc.StatusCode.OK is await call.code()
        assert not said[0]
        assert outcome == [[b"x"]] or isinstance(outcome[0], asyncio.CancelledError)
        assert b"x" == await begin(channel, "unary_unary")


async def answering_all(visit: Visit) -> None:
    await visit.greet()
    while True:
        visit.say(answer(await visit.call()))


@pytest.mark.parametrize("kind", KINDS)
async def test_in_every_turn_of_the_loop(kind: str) -> None:
    """A call that is cancelled after any number of turns ends, and leaves its connection as it was."""
    async with hand(answering_all) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        await channel.channel_ready()
        codes = set()
        for turns in range(30):
            call = begin(channel, kind)
            for _ in range(turns):
                await asyncio.sleep(0)
            call.cancel()
            codes.add(await call.code())
            await asyncio.gather(replies(call), return_exceptions=True)
        assert codes <= {CANCELLED, grpc.StatusCode.OK}
        assert [b"x"] == await replies(begin(channel, kind))
        (wire,) = channel.all_wires
        assert {} == wire.http.streams
        assert 1 == len(server.visits)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_task_in_every_turn_of_the_loop(kind: str) -> None:
    """The same, where it is the task that reads which is cancelled, sooner than there is a connection as well."""
    async with hand(answering_all) as server:
        for turns in range(12):
            async with Channel(f"127.0.0.1:{server.port}") as channel:
                call = begin(channel, kind)
                reading = asyncio.ensure_future(replies(call))
                for _ in range(turns):
                    await asyncio.sleep(0)
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
                assert await call.code() in {CANCELLED, grpc.StatusCode.OK}
                assert [b"x"] == await replies(begin(channel, kind))


@pytest.mark.parametrize("kind", KINDS)
async def test_while_the_channel_is_closed(kind: str) -> None:
    """Closing waits for what runs; when that is cancelled, it is done."""

    async def silent(visit: Visit) -> None:
        await visit.greet()
        await visit.gone()

    async with hand(silent) as server:
        channel = Channel(f"127.0.0.1:{server.port}")
        call = begin(channel, kind)
        await until(lambda: bool(server.visits) and heads(server.visits[0]) == 1)
        closing = asyncio.ensure_future(channel.close(20))
        await asyncio.sleep(0)
        assert not closing.done()
        call.cancel()
        async with asyncio.timeout(5):
            await closing
        assert CANCELLED is await call.code()
        await asyncio.wait_for(server.visits[0].ended.wait(), 5)


async def test_closing_that_is_not_waited_for() -> None:
    """Whoever gave up closing with grace may close again, at once: no connection and no call is left."""

    async def silent(visit: Visit) -> None:
        await visit.greet()
        await visit.gone()

    async with hand(silent) as server:
        channel = Channel(f"127.0.0.1:{server.port}")
        call = begin(channel, "unary_unary")
        await until(lambda: bool(server.visits) and heads(server.visits[0]) == 1)
        patient = asyncio.ensure_future(channel.close(20))
        given_up = asyncio.ensure_future(channel.close(20))
        await asyncio.sleep(0)
        given_up.cancel()
        await channel.close()

        async with asyncio.timeout(5):
            await patient
            await server.visits[0].ended.wait()
        assert CANCELLED is await call.code()
        assert not channel.all_wires


@pytest.mark.parametrize("moment", ["resolving", "connecting", "waiting for room"])
async def test_closing_while_calls_wait(moment: str) -> None:
    """They are cancelled, with grace or without; no attempt goes on."""

    async def full(visit: Visit) -> None:
        if moment == "waiting for room":
            await visit.greet((frames.MAX_CONCURRENT_STREAMS, 0))
        await visit.gone()

    async with hand(full) as server:
        channel = Channel(f"{'localhost' if moment == 'resolving' else '127.0.0.1'}:{server.port}")
        calls = [begin(channel, kind) for kind in KINDS]
        if moment != "resolving":
            await until(lambda: bool(server.visits))
        async with asyncio.timeout(5):
            await channel.close(20)
        assert {CANCELLED} == {await call.code() for call in calls}
        for visit in server.visits:
            await asyncio.wait_for(visit.ended.wait(), 5)


async def test_callbacks_that_raise() -> None:
    """Are told to the loop; the connection and its other calls know nothing of it."""
    loop = asyncio.get_running_loop()
    told: list[Any] = []
    loop.set_exception_handler(lambda _, context: told.append(context["exception"]))
    try:
        async with hand(answering_all) as server, Channel(f"127.0.0.1:{server.port}") as channel:
            for kind in KINDS:
                call, other = begin(channel, kind), begin(channel, kind)
                call.add_done_callback(lambda _: 1 / 0)
                assert [[b"x"]] * 2 == [await replies(call), await replies(other)]
            await until(lambda: len(told) == len(KINDS))
            assert 1 == len(server.visits)
    finally:
        loop.set_exception_handler(None)
    assert {ZeroDivisionError} == set(map(type, told))


async def test_several_writers() -> None:
    """All that wait for a slow server go on when it reads."""
    read = asyncio.Event()

    async def slow(visit: Visit) -> None:
        await visit.greet()
        stream, got = await visit.call(), 0
        await read.wait()
        while got < 4 * 100_005:
            frame = await visit.until(frames.DATA)
            got += len(frame.payload)
            visit.say(frames.window_update(stream, len(frame.payload)), frames.window_update(0, len(frame.payload)))
        visit.say(answer(stream))
        await visit.gone()

    async with hand(slow) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        await channel.channel_ready()
        call = channel.stream_unary("/t.T/Call")(timeout=10)
        writing = [asyncio.ensure_future(call.write(b"x" * 100_000)) for _ in range(4)]
        await asyncio.sleep(0.05)
        assert not any(one.done() for one in writing[1:])
        read.set()
        async with asyncio.timeout(5):
            await asyncio.gather(*writing)
        assert b"x" == await call


@pytest.mark.parametrize("kind", ["unary_stream", "stream_stream"])
async def test_several_readers(kind: str) -> None:
    """Each reply is read by one of them, and all learn of the end."""
    go = asyncio.Event()

    async def serve(visit: Visit) -> None:
        await visit.greet()
        stream = await visit.call()
        visit.say(head(stream))
        await go.wait()
        visit.say(message(stream, b"0"), message(stream, b"1"), answer(stream, b"2")[len(head(stream)) :])
        await visit.gone()

    async with hand(serve) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        call = begin(channel, kind)
        reading = [asyncio.ensure_future(call.read()) for _ in range(5)]
        await call.initial_metadata()
        go.set()
        async with asyncio.timeout(5):
            read = await asyncio.gather(*reading)
    assert [b"0", b"1", b"2"] == sorted(one for one in read if one is not grpc.aio.EOF)
