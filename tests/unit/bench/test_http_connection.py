"""The bare HTTP client."""

import asyncio

import pytest

from bench.floors.process import serving
from bench.load.outcome import LIMITED, HttpRefused, word
from bench.targets.http_connection import HttpPool, get


async def answering(answer: bytes) -> asyncio.Server:
    """Start a server that gives every request this answer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    return await asyncio.start_server(serve, "127.0.0.1", 0)


async def test_a_pool_reads_whole_bodies_at_once() -> None:
    """Twenty reads of the static floor at the same time each get all bytes of the answer."""
    body = b'{"items":[' + b"0," * 20_000 + b"0]}"
    with serving("bench.floors.static_http", [], body) as floor:
        pool = HttpPool("127.0.0.1", floor.port)
        answers = await asyncio.gather(*(pool.send(get("/api/v1/feed", "token")) for _ in range(20)))
        pool.close()

    assert [body] * 20 == answers


@pytest.mark.parametrize(("status", "counted"), [(b"404", "HTTP 404"), (b"429", LIMITED), (b"503", "HTTP 503")])
async def test_a_refusal_is_counted_by_its_status(status: bytes, counted: str) -> None:
    """An answer outside of 2xx is an error; being rate limited is the same word as over gRPC."""
    server = await answering(b"HTTP/1.1 " + status + b" No\r\ncontent-length: 2\r\n\r\n{}")
    pool = HttpPool("127.0.0.1", server.sockets[0].getsockname()[1])

    with pytest.raises(HttpRefused) as refused:
        await pool.send(get("/", "token"))

    assert counted == word(refused.value)
    pool.close()
    server.close()
    await server.wait_closed()


async def test_a_connection_that_breaks_is_an_error() -> None:
    """Half an answer is none."""
    server = await answering(b"HTTP/1.1 200 OK\r\ncontent-length: 200\r\n\r\n{}")
    pool = HttpPool("127.0.0.1", server.sockets[0].getsockname()[1])

    with pytest.raises(ConnectionResetError):
        await pool.send(get("/", "token"))

    server.close()
    await server.wait_closed()
