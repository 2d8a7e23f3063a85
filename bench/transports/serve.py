"""A server of one transport, bytes in and bytes out: run as a process of its own, as a role is."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, cast

import grpc
import typer
import uvloop

from bench.transports.contract import BIG, CHAT, LARGE, SERVICE, SMALL, STREAM, STREAM_MESSAGES, UNARY, Engine
from bench.transports.engines import listen_secure, new_server
from mesh.lifecycle import settle_garbage


async def _unary(_request: bytes, _context: Any) -> bytes:
    return SMALL


async def _large(_request: bytes, _context: Any) -> bytes:
    return BIG


async def _stream(_request: bytes, _context: Any) -> AsyncIterator[bytes]:
    for _ in range(STREAM_MESSAGES):
        yield SMALL


async def _chat(_requests: Any, context: Any) -> None:
    while (message := await context.read()) is not grpc.aio.EOF:
        await context.write(message)


def servicer() -> grpc.GenericRpcHandler:
    """Return the methods without serializers, so that protobuf is not measured."""
    handlers = {
        UNARY: grpc.unary_unary_rpc_method_handler(_unary),
        LARGE: grpc.unary_unary_rpc_method_handler(_large),
        STREAM: grpc.unary_stream_rpc_method_handler(_stream),
        CHAT: grpc.stream_stream_rpc_method_handler(_chat),
    }
    return grpc.method_handlers_generic_handler(SERVICE, cast("Any", handlers))


async def _serve(engine: Engine, port: int, tls_port: int, cert: Path, key: Path) -> None:
    server = new_server(engine)
    server.add_generic_rpc_handlers((servicer(),))
    server.add_insecure_port(f"127.0.0.1:{port}")
    listen_secure(server, f"127.0.0.1:{tls_port}", cert, key)
    await server.start()
    settle_garbage()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until the parent closes it
    await server.stop(0)


def main(
    engine: str,
    port: Annotated[int, typer.Option(help="Where to listen in plain text.")],
    tls_port: Annotated[int, typer.Option(help="Where to listen with TLS.")],
    cert: Annotated[Path, typer.Option(help="The certificate, PEM.")],
    key: Annotated[Path, typer.Option(help="Its key, PEM.")],
) -> None:
    """Serve until standard input is closed."""
    uvloop.run(_serve(cast("Engine", engine), port, tls_port, cert, key))


if __name__ == "__main__":
    typer.run(main)
