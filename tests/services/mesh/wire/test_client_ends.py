"""How connections of a channel end when everything happens at once; on the loop that roles run on."""

import asyncio
import gc
import ssl
import weakref
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import grpc
import uvloop

from mesh.testing import Authority
from mesh.wire import frames
from mesh.wire.client import Channel
from mesh.wire.client.protocol import ClientWire
from mesh.wire.errors import ErrorCode
from tests.services.mesh.wire.hand import until
from tests.services.mesh.wire.hand_server import Visit, answer, answering, hand, head, message, trailers


def on_uvloop(test: Callable[[], Coroutine[Any, Any, None]]) -> list[str]:
    """Run it; returns what reached the loop's exception handler."""
    heard: list[str] = []
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.get_loop().set_exception_handler(lambda _, context: heard.append(repr(context.get("exception"))))
        runner.run(test())
    return heard


def test_tls_that_is_closed_with_the_last_answers(tmp_path: Path) -> None:
    """The server's farewell, the answers and the end of TLS in one read: every answer is heard, and nothing fails."""
    authority = Authority(tmp_path)
    pair = authority.issue("server")
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pair.cert, pair.key)
    trusting = ssl.create_default_context(cafile=authority.ca)
    for context in (serving, trusting):
        context.set_alpn_protocols(["h2"])

    async def leaving(visit: Visit) -> None:
        await visit.greet()
        one, other = await visit.call(), await visit.call()
        await visit.until(frames.DATA)
        farewell = frames.goaway(other, ErrorCode.NO_ERROR, b"")
        visit.say(head(one), farewell, message(one, b"x"), trailers(one), answer(other))
        visit.writer.close()
        await asyncio.Event().wait()

    async def test() -> None:
        async with (
            hand(leaving, tls=serving) as server,
            Channel(f"127.0.0.1:{server.port}", tls=lambda: trusting) as channel,
        ):
            await channel.channel_ready()
            calls = [channel.unary_unary("/t.T/Call")(b"x", timeout=10) for _ in range(2)]
            assert [b"x", b"x"] == await asyncio.gather(*calls)

    assert [] == on_uvloop(test)


def test_a_handshake_that_was_given_up_is_forgotten() -> None:
    """In whatever turn of the loop that was, nothing of it outlives the time that connecting has."""

    async def test() -> None:
        context = ssl.create_default_context()
        others = set(map(id, kept := _wires()))  # of whoever else has channels in this process
        async with hand(_silent) as server:
            for turns in range(20):
                async with Channel(f"127.0.0.1:{server.port}", tls=lambda: context, connect_seconds=0.5) as channel:
                    channel.get_state(try_to_connect=True)
                    for _ in range(turns):
                        await asyncio.sleep(0)
            await until(lambda: not [one for one in _wires() if id(one) not in others])
        kept.clear()

    assert [] == on_uvloop(test)


def test_a_callback_that_raises_disturbs_no_call() -> None:
    """It is reported as that of a future would be; the connection and its other calls know nothing of it."""

    async def both(visit: Visit) -> None:
        await visit.greet()
        one, other = await visit.call(), await visit.call()
        visit.say(answer(one), answer(other))
        await visit.gone()

    async def test() -> None:
        async with hand(both) as server, Channel(f"127.0.0.1:{server.port}") as channel:
            await channel.channel_ready()
            one, other = (channel.unary_stream("/t.T/Call")(b"x", timeout=10) for _ in range(2))
            one.add_done_callback(lambda _: 1 / 0)

            assert [b"x"] == [reply async for reply in other]
            assert grpc.StatusCode.OK is await one.code()
            assert 1 == len(channel.all_wires)

    assert ["ZeroDivisionError('division by zero')"] == on_uvloop(test)


def test_deadlines_end_with_their_channel() -> None:
    """A channel that is closed, and called once more, leaves no timer, however far the deadlines were."""

    async def test() -> None:
        async with hand(answering) as server:
            channel = Channel(f"127.0.0.1:{server.port}")
            wheel = weakref.ref(channel.wheel)
            call = channel.unary_unary("/t.T/Call")
            assert b"x" == await call(b"x", timeout=3_600)
            await channel.close()
            assert grpc.StatusCode.CANCELLED is await call(b"x", timeout=3_600).code()
            del channel, call
            await until(lambda: _is_gone(wheel))

    assert [] == on_uvloop(test)


async def _silent(visit: Visit) -> None:
    await visit.gone()


def _is_gone(one: Callable[[], object]) -> bool:
    gc.collect()
    return one() is None


def _wires() -> list[ClientWire]:
    gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, ClientWire)]
