"""A bare server of the engine that answers one method with the same bytes: run as a process of its own."""

import asyncio
import sys
from pathlib import Path
from typing import Any, cast

import grpc
import uvloop

from bench.transports.engines import new_server
from mesh.embedded import free_port
from mesh.lifecycle import settle_garbage
from mesh.settings import Engine


def server(engine: Engine, path: str, reply: bytes) -> Any:
    """Return a server of one method: bytes in, bytes out, nothing in between."""

    async def echo(_request: bytes, _context: Any) -> bytes:
        return reply

    _, service, method = path.split("/")
    made = new_server(engine)
    made.add_registered_method_handlers(service, {method: grpc.unary_unary_rpc_method_handler(cast("Any", echo))})
    return made


async def _serve(engine: str, path: str, reply: bytes) -> None:
    echo = server(cast("Engine", engine), path, reply)
    port = free_port()
    echo.add_insecure_port(f"127.0.0.1:{port}")
    await echo.start()
    settle_garbage()
    sys.stdout.write(f"port {port}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until the parent closes it
    await echo.stop(0)


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1], sys.argv[2], Path(sys.argv[3]).read_bytes()))
