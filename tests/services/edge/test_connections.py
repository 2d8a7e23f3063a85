"""A connection of HTTP from its first request to its last: how long it is kept, how it is answered."""

import asyncio
from typing import Any

import pytest

from edge import answers, listener
from edge.answers import Answer
from edge.http_protocol import HttpConnection
from mesh.testing import TestIdentity

from .conftest import staged

GET = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
ALONE = 0.4


@pytest.fixture
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Idle connections are closed within half a second."""
    monkeypatch.setattr(listener, "KEEP_ALIVE_SECONDS", ALONE)


async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Ask once; return the head of the answer."""
    writer.write(GET)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return head


@pytest.mark.usefixtures("short_wait")
async def test_a_connection_is_kept_while_it_is_used(identity: TestIdentity) -> None:
    """Each answer begins the wait anew; after the last the connection is closed when its time is over."""
    async with staged(identity, "wire") as stage, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", stage.edge.app.ports["http"])
        loop = asyncio.get_running_loop()
        for _ in range(4):
            await asyncio.sleep(ALONE / 2)
            assert (await asked(reader, writer)).startswith(b"HTTP/1.1 200 OK\r\n")
        last = loop.time()
        assert await reader.read() == b""
        assert loop.time() - last >= ALONE * 0.9
        writer.close()


async def test_an_answer_leaves_in_one_piece(identity: TestIdentity, monkeypatch: pytest.MonkeyPatch) -> None:
    """A head and a body apart would be two packets for whoever reads them."""
    pieces: list[bytes] = []
    made = HttpConnection.connection_made

    def recording(protocol: HttpConnection, transport: Any) -> None:
        class Recorded:
            def __getattr__(self, name: str) -> Any:
                return getattr(transport, name)

            def write(self, data: bytes) -> None:
                pieces.append(data)
                transport.write(data)

        made(protocol, Recorded())  # type: ignore[arg-type]

    monkeypatch.setattr(HttpConnection, "connection_made", recording)
    async with staged(identity, "wire") as stage, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", stage.edge.app.ports["http"])
        await asked(reader, writer)
        writer.write(b"GET /healthz HTTP/1.0\r\n\r\n")
        last = await reader.read()
        writer.close()

    assert 2 == len(pieces)
    assert b"\r\nconnection: close\r\n" in last
    assert b"\r\nconnection: close\r\n" not in pieces[0]
    assert b"\r\ndate: " in pieces[0]


@pytest.mark.parametrize("value", [b"a\r\nset-cookie: b", b"a\nb", b"a\rb", b"a\0b"])
def test_a_header_never_ends_its_line(value: bytes) -> None:
    """Whatever a service, or a client through it, puts into a header, it stays one."""
    with pytest.raises(ValueError, match="line break"):
        Answer(200, b"", (answers.JSON, (b"etag", value))).lines()
