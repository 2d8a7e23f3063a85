"""How a channel comes to its connections: refused, unanswered, lost at once, found again."""

import asyncio
import ssl
import time
from pathlib import Path
from typing import Any

import grpc
import pytest

from mesh.testing import Authority
from mesh.wire import frames
from mesh.wire.client import Channel
from mesh.wire.client.address import Backoff
from mesh.wire.errors import ErrorCode
from tests.services.mesh.wire.hand import echo, serving, until
from tests.services.mesh.wire.hand_server import GREETING, Visit, answer, answering, hand

QUICK = Backoff(first=0.01, short=0.02, most=0.05)
HANDLER = grpc.unary_unary_rpc_method_handler(echo)


def called(channel: Any, **how: Any) -> Any:
    return channel.unary_unary("/t.T/Call")(b"x", timeout=10, **how)


async def silent(visit: Visit) -> None:
    await visit.gone()


@pytest.mark.parametrize("secured", [False, True], ids=["plain", "TLS"])
async def test_a_listener_that_says_nothing(secured: bool) -> None:
    """It is given up in time, and its socket with it."""
    context = ssl.create_default_context() if secured else None
    async with hand(silent) as server:
        target = f"127.0.0.1:{server.port}"
        tls = None if context is None else lambda: context
        async with Channel(target, connect_seconds=0.1, tls=tls) as channel:
            call = called(channel)
            assert grpc.StatusCode.UNAVAILABLE is await call.code()
            assert f"{target}: no connection in time" == await call.details()
            async with asyncio.timeout(5):
                await server.visits[0].ended.wait()


@pytest.mark.parametrize(
    "octets",
    [
        b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\0" * 100,
        b"\x15\x03\x01\x00\x02\x02\x46",
        frames.goaway(0, 0),
        GREETING + frames.goaway(0, ErrorCode.INTERNAL_ERROR, b"broken"),
        GREETING + b"\xff" * 9,
        frames.settings(((frames.MAX_FRAME_SIZE, 1),)),
        frames.settings(((frames.INITIAL_WINDOW_SIZE, 1 << 31),)),
        frames.settings(((frames.ENABLE_PUSH, 1),)),
        frames.frame(frames.SETTINGS, 0, 0, b"\0\xaa\0\0\0\1" * 5_000),
    ],
    ids=[
        "HTTP/1.1", "SSH", "zeros", "a TLS alert", "no SETTINGS", "GOAWAY at once", "broken after SETTINGS",
        "tiny frames", "a huge window", "push", "giant SETTINGS",
    ],
)  # fmt: skip
async def test_a_server_that_is_none(octets: bytes) -> None:
    """Whatever answers in place of HTTP/2 is UNAVAILABLE with a reason, and is asked again with the delays due."""

    async def strange(visit: Visit) -> None:
        visit.say(octets)
        await visit.gone()

    async with (
        hand(strange) as server,
        Channel(f"127.0.0.1:{server.port}", backoff=QUICK, connect_seconds=0.3) as channel,
    ):
        call = called(channel)
        assert grpc.StatusCode.UNAVAILABLE is await call.code()
        assert await call.details()
        before = len(server.visits)
        await asyncio.sleep(0.2)
        assert before < len(server.visits) < before + 30
        assert not channel.all_wires


async def test_a_server_that_closes_at_once_is_not_hammered() -> None:
    """Connections that are lost as soon as they are made wait for their turn like those that are refused."""

    async def fleeting(visit: Visit) -> None:
        await visit.greet()
        await visit.frame()

    async with hand(fleeting) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        channel.get_state(try_to_connect=True)
        await asyncio.sleep(0.5)

        assert 2 <= len(server.visits) <= 9


@pytest.mark.parametrize("last_word", [frames.goaway(0, 0), GREETING + b"\xff" * 9])
async def test_a_connection_lost_with_the_first_word(last_word: bytes) -> None:
    """SETTINGS and the end in one read: the call waits for the next connection, and gets it."""
    visits = 0

    async def shy(visit: Visit) -> None:
        nonlocal visits
        visits += 1
        if visits > 1:
            await answering(visit)
        visit.say(GREETING, last_word)
        await visit.writer.drain()

    async with hand(shy) as server, Channel(f"127.0.0.1:{server.port}", backoff=QUICK) as channel:
        assert b"x" == await called(channel, wait_for_ready=True)


@pytest.mark.parametrize(
    ("drains", "code"), [(1, grpc.StatusCode.OK), (5, grpc.StatusCode.OK), (99, grpc.StatusCode.UNAVAILABLE)]
)
async def test_a_connection_drained_before_its_first_call(drains: int, code: grpc.StatusCode) -> None:
    """Some that came as their server grew old cost no call; a server that wants none at all is no server."""

    async def draining(visit: Visit) -> None:
        if len(server.visits) > drains:
            await answering(visit)
        visit.say(GREETING, frames.goaway(0, 0))
        await visit.gone()

    async with hand(draining) as server, Channel(f"127.0.0.1:{server.port}", backoff=QUICK) as channel:
        assert code is await called(channel).code()


async def test_whatever_is_wrong_with_an_attempt_may_be_mended() -> None:
    """Files for TLS that cannot be used fail calls with the reason, and do not stop later attempts."""
    wrong = True

    def context() -> ssl.SSLContext:
        if wrong:
            raise ValueError("that is no certificate")
        return ssl.create_default_context()

    async with hand(silent) as server, Channel(f"127.0.0.1:{server.port}", tls=context, backoff=QUICK) as channel:
        call = called(channel)
        assert grpc.StatusCode.UNAVAILABLE is await call.code()
        assert "that is no certificate" in await call.details()
        assert not server.visits
        wrong = False
        await until(lambda: bool(server.visits))


async def test_a_server_that_speaks_another_protocol_over_tls(tmp_path: Path) -> None:
    """Without the agreement on h2 nothing is said to it."""
    authority = Authority(tmp_path)
    pair = authority.issue("localhost")
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(pair.cert, pair.key)
    calling = ssl.create_default_context(cafile=str(authority.ca))
    calling.set_alpn_protocols(["h2"])

    async with hand(silent, tls=served) as server, Channel(f"127.0.0.1:{server.port}", tls=lambda: calling) as channel:
        assert "does not speak HTTP/2" in await called(channel).details()


async def test_calls_wait_for_the_first_attempt_and_fail_with_it() -> None:
    """A call that does not wait for ready waits until it is known that there is nobody; then it is told at once."""
    async with serving(HANDLER) as (_, port):
        pass
    async with Channel(f"127.0.0.1:{port}") as channel:
        first = called(channel)
        assert not first.done()
        assert grpc.StatusCode.UNAVAILABLE is await first.code()
        assert called(channel).done()


async def test_a_server_that_comes_back_is_found_at_once() -> None:
    """The first delays are under 200 ms, so is the wait."""
    async with serving(HANDLER) as (server, port), Channel(f"127.0.0.1:{port}") as channel:
        await called(channel)
        await server.stop(0)
        await until(lambda: not channel.all_wires)
        waiting = called(channel, wait_for_ready=True)
        async with serving(HANDLER, port=port):
            assert b"x" == await waiting


async def test_the_end_of_what_the_server_says_ends_the_calls() -> None:
    """A server that closed its half, and reads nothing of what we still write, holds no call up."""

    async def half_closed(visit: Visit) -> None:
        await visit.greet((frames.INITIAL_WINDOW_SIZE, 1 << 30))
        visit.say(frames.window_update(0, 1 << 30))
        await visit.call()
        visit.reader._transport.pause_reading()  # type: ignore[attr-defined]
        visit.writer.write_eof()
        await asyncio.Event().wait()

    async with hand(half_closed) as server, Channel(f"127.0.0.1:{server.port}") as channel:
        began = time.monotonic()
        call = channel.unary_unary("/t.T/Call")(b"x" * 4_000_000, timeout=10)

        assert grpc.StatusCode.UNAVAILABLE is await call.code()
        assert time.monotonic() - began < 5


async def test_a_broken_connection_gets_no_more_calls() -> None:
    """From the moment the server has broken the protocol, though the transport still writes, calls go elsewhere."""
    second = False

    async def breaking(visit: Visit) -> None:
        nonlocal second
        await visit.greet()
        if second:
            stream = await visit.call()
            visit.say(answer(stream))
            await visit.gone()
        second = True
        await visit.call()
        visit.say(frames.window_update(0, 0))
        await visit.gone()

    async with hand(breaking) as server, Channel(f"127.0.0.1:{server.port}", backoff=QUICK) as channel:
        broken = called(channel)
        following = asyncio.get_running_loop().create_future()
        broken.add_done_callback(lambda _: following.set_result(called(channel)))

        assert b"x" == await (await following)
        assert "broke the protocol" in await broken.details()


async def test_states_of_a_channel() -> None:
    """Idle, then connecting, then ready; failing while nobody is there; closed at last."""
    state = grpc.ChannelConnectivity
    async with serving(HANDLER) as (server, port):
        channel = Channel(f"127.0.0.1:{port}", backoff=QUICK)
        states = [channel.get_state()]
        states.append(channel.get_state(try_to_connect=True))
        states.append(channel.get_state())
        async with asyncio.timeout(5):
            await channel.channel_ready()
            states.append(channel.get_state())
            await server.stop(0)
            while channel.get_state() is not state.TRANSIENT_FAILURE:
                await channel.wait_for_state_change(channel.get_state())
        await channel.close()

    assert [state.IDLE, state.CONNECTING, state.CONNECTING, state.READY] == states
    assert channel.get_state(try_to_connect=True) is state.SHUTDOWN
    with pytest.raises(grpc.aio.UsageError):
        await channel.channel_ready()
    with pytest.raises(grpc.aio.UsageError):
        await channel.wait_for_state_change(state.SHUTDOWN)
