"""A server of one method, and calls to it made by hand."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc

from mesh.wire import frames
from mesh.wire.hpack import Encoder
from mesh.wire.limits import Limits
from mesh.wire.server import Server

HEAD = (
    (":method", "POST"),
    (":scheme", "http"),
    (":path", "/t.T/Call"),
    ("content-type", "application/grpc"),
    ("te", "trailers"),
)
GREETING = frames.PREFACE + frames.settings(())
MESSAGE = b"\0\0\0\0\1x"


@asynccontextmanager
async def serving(
    handler: Any, *, port: int = 0, watch: Any = None, **limits: Any
) -> AsyncGenerator[tuple[Server, int]]:
    """A server of /t.T/Call, or of several methods by their names, and of its health where `watch` is given."""
    server = Server(Limits(**limits))
    handlers = handler if isinstance(handler, dict) else {"Call": handler}
    if watch is not None:
        watching = {"Watch": grpc.unary_stream_rpc_method_handler(watch)}
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("grpc.health.v1.Health", watching),))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("t.T", handlers),))
    port = server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    try:
        yield server, port
    finally:
        await server.stop(0)


async def echo(request: bytes, _context: Any) -> bytes:
    return request


def call_frames(number: int) -> bytes:
    """A whole call, by hand."""
    head = frames.block(number, Encoder().encode(HEAD), 0, 16_384)
    return head + frames.frame(frames.DATA, frames.END_STREAM, number, MESSAGE)


async def until(fulfilled: Callable[[], bool]) -> None:
    """Wait, for a while."""
    async with asyncio.timeout(10):
        while not fulfilled():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.01)
