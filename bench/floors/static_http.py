"""A raw ASGI application on uvicorn that answers every request with the same JSON: run as a process of its own."""

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn
import uvloop

from mesh.embedded import free_port

Send = Callable[[Any], Awaitable[None]]


class Static:
    """The least an ASGI server can do for a body."""

    def __init__(self, body: bytes) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        self._start = {"type": "http.response.start", "status": 200, "headers": headers}
        self._body = {"type": "http.response.body", "body": body}

    async def __call__(self, _scope: Any, _receive: Any, send: Send) -> None:
        """Answer."""
        await send(self._start)
        await send(self._body)


async def _serve(body: bytes) -> None:
    listener = socket.create_server(("127.0.0.1", free_port()))
    config = uvicorn.Config(
        Static(body),
        lifespan="off",
        log_level="warning",
        access_log=False,
        http="httptools",
        server_header=False,
        date_header=False,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    port = listener.getsockname()[1]
    sys.stdout.write(f"port {port}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until the parent closes it
    server.should_exit = True
    await serving


if __name__ == "__main__":
    uvloop.run(_serve(Path(sys.argv[1]).read_bytes()))
