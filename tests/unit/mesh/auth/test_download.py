import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest

from mesh.auth.download import DownloadError, download
from mesh.embedded import free_port

Answer = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


async def _fetch(answer: Answer, path: str = "/keys", *, most: int = 100, seconds: float = 5.0) -> bytes:
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answer(await reader.readuntil(b"\r\n\r\n"), writer)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        ended.set()

    port = free_port()
    async with await asyncio.start_server(serve, "127.0.0.1", port):
        try:
            return await download(f"http://127.0.0.1:{port}{path}", tls=None, most=most, seconds=seconds)
        finally:
            await ended.wait()


def _says(answer: bytes) -> Answer:
    async def say(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return say


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        b"HTTP/1.0 200 OK\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
    ],
)
async def test_a_document_comes_in_any_form(answer: bytes) -> None:
    """With its length, until the end, in chunks."""
    assert b"hello" == await _fetch(_says(answer))


async def test_the_whole_target_is_asked_for() -> None:
    """A query is part of it, and the host is named."""
    asked: list[bytes] = []

    async def answer(request: bytes, writer: asyncio.StreamWriter) -> None:
        asked.append(request)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")

    await _fetch(answer, "/keys?of=us")

    assert asked[0].startswith(b"GET /keys?of=us HTTP/1.1\r\nhost: 127.0.0.1:")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"HTTP/1.1 302 Found\r\nlocation: http://elsewhere/\r\ncontent-length: 0\r\n\r\n", "it answers 302"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n" + b"x" * 101, "larger than 100 bytes"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_000_000, "larger than 100 bytes"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nbroken", "IncompleteRead"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", "IncompleteRead"),
        (b"what?\r\n\r\n", "BadStatusLine"),
        (b"", "RemoteDisconnected"),
    ],
)
async def test_anything_else_is_an_error(answer: bytes, why: str) -> None:
    """A redirection, too much, half of it, another protocol, nothing."""
    with pytest.raises(DownloadError, match=why):
        await _fetch(_says(answer))


async def test_a_publisher_that_says_nothing_is_not_waited_for() -> None:
    """The time is for all of it."""

    async def hang(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        await asyncio.sleep(0.1)

    with pytest.raises(DownloadError, match="no answer within"):
        await _fetch(hang, seconds=0.05)


async def test_nobody_there_is_an_error() -> None:
    """A port without a server."""
    with pytest.raises(DownloadError, match="Connect"):
        await download(f"http://127.0.0.1:{free_port()}/", tls=None, most=1, seconds=1)
