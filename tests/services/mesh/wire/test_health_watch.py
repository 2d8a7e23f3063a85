"""Watching the health of servers: who does not say that it serves gets no calls."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from mesh.wire import frames
from mesh.wire.client import Channel
from mesh.wire.client.address import Backoff
from mesh.wire.errors import ErrorCode
from mesh.wire.limits import Limits
from tests.services.mesh.wire.hand import echo, serving, until
from tests.services.mesh.wire.hand_server import Visit, answer, hand, head, message

SERVING, NOT_SERVING = b"\x08\x01", b"\x08\x02"
QUICK = Backoff(first=0.01, short=0.02, most=0.05)
HANDLER = grpc.unary_unary_rpc_method_handler(echo)


class Health:
    """Says what a test tells it to."""

    def __init__(self) -> None:
        self.says: asyncio.Queue[bytes | grpc.StatusCode | None] = asyncio.Queue()
        self.asked: list[bytes] = []

    async def watch(self, request: bytes, context: Any) -> AsyncIterator[bytes]:
        self.asked.append(request)
        while (said := await self.says.get()) is not None:
            if isinstance(said, bytes):
                yield said
            else:
                await context.abort(said, "")


def dial(port: int, **how: Any) -> Channel:
    return Channel(f"127.0.0.1:{port}", health_service="t.T", backoff=QUICK, **how)


def call(channel: Channel, **how: Any) -> Any:
    return channel.unary_unary("/t.T/Call")(b"x", timeout=10, **how)


async def test_calls_go_where_it_is_served() -> None:
    """Not before the server says so, not while it says no; on one connection all the time."""
    health = Health()
    async with serving(HANDLER, watch=health.watch) as (server, port), dial(port) as channel:
        first = call(channel)
        await until(lambda: bool(health.asked))
        assert not first.done()
        health.says.put_nowait(SERVING)
        assert b"x" == await first

        health.says.put_nowait(NOT_SERVING)
        await until(lambda: channel.get_state() is grpc.ChannelConnectivity.TRANSIENT_FAILURE)
        refused = [call(channel) for _ in range(20)]
        assert {grpc.StatusCode.UNAVAILABLE} == {await one.code() for one in refused}
        assert "does not say that it serves" in await refused[0].details()
        waiting = call(channel, wait_for_ready=True)
        health.says.put_nowait(SERVING)
        assert b"x" == await waiting
        assert 1 == len(server.connections)
    assert [b"\x0a\x03t.T"] == health.asked


async def test_a_server_without_a_health_service_serves() -> None:
    """UNIMPLEMENTED says that nobody can know better."""
    async with serving(HANDLER) as (_, port), dial(port) as channel:
        assert b"x" == await call(channel)


@pytest.mark.parametrize("end", [grpc.StatusCode.INTERNAL, grpc.StatusCode.UNAVAILABLE, None])
async def test_a_watch_that_breaks_off_is_begun_again(end: grpc.StatusCode | None) -> None:
    """Until the server is heard again it gets no calls."""
    health = Health()
    async with serving(HANDLER, watch=health.watch) as (server, port), dial(port) as channel:
        health.says.put_nowait(SERVING)
        await call(channel)
        health.says.put_nowait(end)
        await until(lambda: len(health.asked) == 2)
        assert channel.get_state() is grpc.ChannelConnectivity.TRANSIENT_FAILURE
        waiting = call(channel, wait_for_ready=True)
        health.says.put_nowait(SERVING)

        assert b"x" == await waiting
        assert 1 == len(server.connections)


async def test_a_connection_that_is_lost_while_it_does_not_serve() -> None:
    """Another is made, though no call asks for it."""
    health = Health()
    async with serving(HANDLER, watch=health.watch) as (server, port), dial(port) as channel:
        health.says.put_nowait(NOT_SERVING)
        await until(lambda: channel.get_state(try_to_connect=True) is grpc.ChannelConnectivity.TRANSIENT_FAILURE)
        (wire,) = server.connections
        wire.abort()
        await until(lambda: len(health.asked) == 2)
        health.says.put_nowait(SERVING)

        assert b"x" == await call(channel, wait_for_ready=True)


@pytest.mark.parametrize("said", [SERVING, NOT_SERVING, None], ids=["serving", "not serving", "says nothing"])
async def test_closing_leaves_no_watch(said: bytes | None) -> None:
    """Whatever the server said last, its connection goes with the channel."""
    health = Health()
    async with serving(HANDLER, watch=health.watch) as (server, port):
        async with dial(port) as channel:
            if said is not None:
                health.says.put_nowait(said)
            channel.get_state(try_to_connect=True)
            await until(lambda: bool(health.asked) and health.says.empty())
        await until(lambda: not server.connections)
        assert not channel.all_wires


async def test_a_watched_connection_without_calls_is_closed() -> None:
    """The watch is no call: it does not keep a connection that nobody needs."""
    health = Health()
    limits = Limits(idle_seconds=0.1)
    async with serving(HANDLER, watch=health.watch) as (server, port), dial(port, limits=limits) as channel:
        health.says.put_nowait(SERVING)
        await call(channel)
        await until(lambda: not server.connections)
        assert channel.get_state() is grpc.ChannelConnectivity.IDLE
        health.says.put_nowait(SERVING)

        assert b"x" == await call(channel)


async def test_a_watch_that_is_refused() -> None:
    """Is asked again on its own connection, never on another."""

    async def refusing(visit: Visit) -> None:
        await visit.greet()
        visit.say(frames.reset(await visit.call(), ErrorCode.REFUSED_STREAM))
        stream = await visit.call()
        visit.say(head(stream), message(stream, SERVING))
        visit.say(answer(await visit.call()))
        await visit.gone()

    async with hand(refusing) as server, dial(server.port) as channel:
        assert b"x" == await call(channel, wait_for_ready=True)
        assert 1 == len(server.visits)


def test_names_that_no_service_has() -> None:
    """Their length is counted in octets."""
    with pytest.raises(ValueError, match="no service"):
        Channel("127.0.0.1:1", health_service="ä" * 64)
