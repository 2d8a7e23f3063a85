"""The two ends of each conversation, started when a case first needs them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Protocol, Self

from mesh.embedded import free_port
from tests.interop import cases, engines
from tests.interop.cases import SQUEEZED, Target
from tests.interop.engines import Serving
from tests.interop.tap import Count, Tap
from tests.interop.toolchains import go_tools, js_client

PYTHON = ("wire", "grpcio")
PATIENCE = 60.0  # seconds
COMPRESSED = {
    "client_compressed_unary": lambda count: count.sent < SQUEEZED,
    "client_compressed_streaming": lambda count: count.sent < SQUEEZED,
    "server_compressed_unary": lambda count: count.received < SQUEEZED,
    "server_compressed_streaming": lambda count: 92_653 < count.received < 92_653 + SQUEEZED,
}
"""What the octets on the wire must show when a client that is not Python reports success."""


class Client(Protocol):
    """Runs a case against a server."""

    async def run(self, case: str, server: Serving) -> None:
        """Raise AssertionError when the server misbehaves."""
        ...


class Peers:
    """Servers and clients by name; all end with the block."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._servers: dict[str, Serving] = {}
        self._clients: dict[str, Client] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()

    async def server(self, name: str) -> Serving:
        """Return the server of an implementation."""
        if name not in self._servers:
            start = engines.serving(name) if name in PYTHON else _go_server()
            self._servers[name] = await self._stack.enter_async_context(start)
        return self._servers[name]

    async def client(self, name: str) -> Client:
        """Return the client of an implementation."""
        if name not in self._clients:
            if name in PYTHON:
                client = PythonClient(name, self._stack)
            elif name == "grpc-go":
                client = GoClient()
            else:
                client = await self._stack.enter_async_context(_js_client())
            self._clients[name] = client
        return self._clients[name]


class PythonClient:
    """Runs the cases written here, on one channel for each server."""

    def __init__(self, engine: str, stack: AsyncExitStack) -> None:
        self._connect = partial(engines.channel, engine)
        self._stack = stack
        self._targets: dict[str, Target] = {}

    async def run(self, case: str, server: Serving) -> None:
        if server.address not in self._targets:
            channel = await self._stack.enter_async_context(self._connect(server.address))
            self._targets[server.address] = Target(server.address, self._connect, channel)
        await getattr(cases, case)(self._targets[server.address])


class GoClient:
    """A process of grpc-go for each case."""

    def __init__(self) -> None:
        self._program = go_tools().peer

    async def run(self, case: str, server: Serving) -> None:
        async with _watched(case, server) as address:
            await succeed(str(self._program), "call", case, address)


class JsClient:
    """One process of grpc-js for all cases."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin, self._stdout = process.stdin, process.stdout

    async def run(self, case: str, server: Serving) -> None:
        async with _watched(case, server) as address:
            self._stdin.write(json.dumps({"name": case, "address": address}).encode() + b"\n")
            answer = await asyncio.wait_for(self._stdout.readline(), PATIENCE)
            error = json.loads(answer)["error"] if answer else "grpc-js ended"
            assert error is None, error


async def run(*command: str) -> tuple[int | None, str]:
    """Run a program and return how it ended and what it wrote."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        await _end(process)
    return process.returncode, output.decode(errors="replace")


async def succeed(*command: str) -> str:
    """Run a program that must end well, and return what it wrote."""
    code, text = await run(*command)
    assert code == 0, text
    return text


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.communicate()


@asynccontextmanager
async def _watched(case: str, server: Serving) -> AsyncIterator[str]:
    """Count the octets of the cases whose success does not show in their answers."""
    if (shown := COMPRESSED.get(case)) is None:
        yield server.address
        return
    async with Tap(server.address) as tap:
        yield tap.address
        count: Count = tap.take()
        assert shown(count), f"{case} succeeded with {count}"


@asynccontextmanager
async def _go_server() -> AsyncIterator[Serving]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        go_tools().peer, "serve", str(port), stdout=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL
    )
    try:
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), PATIENCE), "grpc-go does not listen"
        yield Serving(f"127.0.0.1:{port}")
    finally:
        await _end(process)


@asynccontextmanager
async def _js_client() -> AsyncIterator[JsClient]:
    process = await asyncio.create_subprocess_exec(
        *js_client(), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield JsClient(process)
    finally:
        await _end(process)
