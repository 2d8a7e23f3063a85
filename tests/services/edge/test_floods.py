"""A client that sends as much as it can: what is done for it in a turn of the loop is bounded, others are served."""

import asyncio
import logging
import socket as net
import struct
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from edge import backlog, websocket_protocol
from edge.http_protocol import HttpConnection
from edge.websocket_protocol import BoundedWebSocket
from mesh.testing import TestIdentity
from mesh.testing.waiting import wait_for

from .conftest import staged

GET = b"GET /healthz HTTP/1.1\r\nhost:x\r\n\r\n"


class Turns:
    """Counts calls of a method within one turn of the loop, and the most that ever were."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
        self.now = self.most = self.all = 0
        self.waiting = 0
        original: Callable[..., Any] = getattr(owner, name)

        def counted(protocol: Any, *args: Any) -> Any:
            self.now += 1
            self.all += 1
            self.most = max(self.most, self.now)
            result = original(protocol, *args)
            self.waiting = max(self.waiting, len(getattr(protocol, "pipeline", ())))
            return result

        monkeypatch.setattr(owner, name, counted)

    @asynccontextmanager
    async def watched(self) -> AsyncGenerator[None]:
        """Begin anew with each turn, within the block."""

        async def tick() -> None:
            while True:
                self.now = 0
                await asyncio.sleep(0)

        ticking = asyncio.create_task(tick())
        try:
            yield
        finally:
            ticking.cancel()


@asynccontextmanager
async def flooding(writer: asyncio.StreamWriter, sent: bytes) -> AsyncGenerator[None]:
    """Send the same again and again, within the block."""

    async def send() -> None:
        with suppress(ConnectionError):
            while True:
                writer.write(sent)
                await writer.drain()

    task = asyncio.create_task(send())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait((task,))


@asynccontextmanager
async def connected(stage: Any) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection, gone without a word when the block is left."""
    reader, writer = await asyncio.open_connection("127.0.0.1", stage.edge.app.ports["http"])
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


@asynccontextmanager
async def small(stage: Any) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection of a client that has hardly any room for what it does not read."""
    client = net.socket()
    client.setsockopt(net.SOL_SOCKET, net.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", stage.edge.app.ports["http"]))
    reader, writer = await asyncio.open_connection(sock=client, limit=1)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True) -> bytes:
    """A client's frame, masked with zeros."""
    size = bytes((0x80 | len(payload),)) if len(payload) < 126 else b"\xfe" + struct.pack("!H", len(payload))
    return bytes((opcode | (0x80 if fin else 0),)) + size + bytes(4) + payload


@asynccontextmanager
async def socket(
    stage: Any, *, signed_in: bool = True
) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A WebSocket after its handshake."""
    headers = "".join(f"{name}: {value}\r\n" for name, value in stage.signed_in().items()) if signed_in else ""
    handshake = (
        f"GET /ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n{headers}"
        "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    async with connected(stage) as (reader, writer):
        writer.write(handshake.encode())
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
        yield reader, writer


async def close_of(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Read to the close frame; return what it says."""
    read = b""
    async with asyncio.timeout(10):
        while b"\x88" not in read:
            read += await reader.read(4096)
    payload = read[read.index(b"\x88") + 2 :]
    return struct.unpack("!H", payload[:2])[0], payload[2:]


async def test_pipelined_requests_wait_in_the_socket(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ten thousand in one read only a piece is parsed at a time, and somebody else is answered meanwhile."""
    heads = Turns(monkeypatch, HttpConnection, "on_headers_complete")

    async with connected(stage) as (reader, writer), heads.watched(), flooding(writer, GET * 10_000):
        while heads.all < 1000:
            await reader.read(65536)
        reply = await stage.edge.http.get("/healthz")

    most = backlog.PIECE_BYTES // len(GET) + 1
    assert 200 == reply.status_code
    assert heads.most <= most
    assert heads.waiting <= most


async def test_every_pipelined_request_is_answered_in_order(stage: Any) -> None:
    """However they are cut into pieces, bodies included."""
    body = b'{"content":"%d"}' + b" " * 700
    requests = b""
    for number in range(50):
        sent = body % number
        token = stage.signed_in()["authorization"].encode()
        requests += b"POST /api/v1/posts HTTP/1.1\r\nhost:x\r\nauthorization:%s\r\ncontent-length:%d\r\n\r\n%s%s" % (
            token,
            len(sent),
            sent,
            GET,
        )

    found: list[bytes] = []
    async with asyncio.timeout(20), connected(stage) as (reader, writer):
        writer.write(requests)
        for _ in range(100):
            head = await reader.readuntil(b"\r\n\r\n")
            size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            found.append(await reader.readexactly(size))

    assert [f'"content":"{number}"' in text.decode() for number, text in enumerate(found[::2])] == [True] * 50
    assert {b'{"status":"alive","state":"ready"}'} == set(found[1::2])


async def test_a_pipelining_client_that_leaves_is_no_fault(stage: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the request under way nor those behind it raise."""
    token = stage.signed_in()["authorization"].encode()
    slow = b"GET /api/v1/feed?limit=99 HTTP/1.1\r\nhost:x\r\nauthorization:%s\r\n\r\n" % token
    with caplog.at_level(logging.WARNING):
        for requests in (slow * 3, GET * 500 + slow, slow + GET * 5000):
            stage.sample.forget()
            async with asyncio.timeout(10), connected(stage) as (_, writer):
                writer.write(requests)
                await stage.sample.entered.wait()
            async with asyncio.timeout(10):
                await stage.sample.cancelled.wait()
        await stage.edge.http.get("/healthz")

    assert [] == [record.getMessage() for record in caplog.records if record.name.startswith(("uvicorn", "asyncio"))]


@pytest.mark.parametrize(("opcode", "payload"), [(0x9, b"x"), (0xA, b""), (0x1, b'{"ping":{}}')])
async def test_frames_are_taken_at_the_pace_of_a_person(
    opcode: int, payload: bytes, stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pings, pongs, chat's own frames: a burst, and then so many a second; others are answered meanwhile."""
    monkeypatch.setattr(websocket_protocol, "FRAMES_AT_ONCE", 100)
    monkeypatch.setattr(websocket_protocol, "FRAMES_PER_SECOND", 0.001)
    pieces = Turns(monkeypatch, BoundedWebSocket, "_feed")
    frames = {0x9: "handle_ping", 0xA: "handle_pong", 0x1: "handle_text"}[opcode]
    handled = Turns(monkeypatch, BoundedWebSocket, frames)
    one = frame(opcode, payload)

    async with socket(stage) as (_, writer), handled.watched(), flooding(writer, one * 20_000):
        await wait_for(lambda: handled.all >= 100)
        replies = [await stage.edge.http.get("/healthz") for _ in range(20)]

    piece = backlog.PIECE_BYTES // len(one) + 1
    assert {200} == {reply.status_code for reply in replies}
    assert handled.all <= 100 + piece
    assert handled.most <= websocket_protocol.TURN_FRAMES + piece
    assert len(stage.sample.frames) <= 100 + piece
    assert pieces.all > 0


@pytest.mark.parametrize("payload", [b"", b"x"])
async def test_fragments_of_a_message_are_bounded(payload: bytes, stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty ones cost work too."""
    fragments = Turns(monkeypatch, BoundedWebSocket, "handle_cont")
    async with (
        socket(stage) as (reader, writer),
        fragments.watched(),
        flooding(writer, frame(0x1, b"{", fin=False) + frame(0x0, payload, fin=False) * 50_000),
    ):
        closed = await close_of(reader)

    assert (1008, b"too many fragments") == closed
    assert fragments.all <= websocket_protocol.MAX_FRAGMENTS + backlog.PIECE_BYTES // 6 + 1


@pytest.mark.parametrize("sent", [frame(0x9), frame(0xA), frame(0x2, b"x", fin=False) + frame(0x0, fin=False) * 500])
async def test_strangers_may_send_little(sent: bytes, stage: Any) -> None:
    """Frames before sign-in are counted, whichever they are."""
    async with socket(stage, signed_in=False) as (reader, writer), flooding(writer, sent * 100):
        assert (1008, b"sign in first") == await close_of(reader)


async def test_strangers_may_send_few_bytes(stage: Any) -> None:
    """The frame that signs in is small."""
    async with (
        socket(stage, signed_in=False) as (reader, writer),
        flooding(writer, frame(0x1, b"x" * 30_000, fin=False)),
    ):
        assert (1008, b"sign in first") == await close_of(reader)


async def test_a_client_that_is_not_read_from_is_not_dead(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answer to our ping may wait behind what it sent before."""
    monkeypatch.setattr(websocket_protocol, "FRAMES_AT_ONCE", 1)
    monkeypatch.setattr(websocket_protocol, "FRAMES_PER_SECOND", 0.001)
    held: list[BoundedWebSocket] = []
    original = BoundedWebSocket.handle_text

    def handle(protocol: BoundedWebSocket, event: Any) -> None:
        held.append(protocol)
        original(protocol, event)

    monkeypatch.setattr(BoundedWebSocket, "handle_text", handle)
    async with socket(stage) as (_, writer):
        writer.write(frame(0x1, b'{"ping":{}}') * 1000)
        await wait_for(lambda: bool(held and held[0]._backlog))  # pyright: ignore[reportPrivateUsage]

        held[0].keepalive_timeout()

        assert not held[0].transport.is_closing()
        held[0]._backlog.clear()  # pyright: ignore[reportPrivateUsage]
        held[0].read_paused = False
        held[0].keepalive_timeout()
        assert held[0].transport.is_closing()


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz HTTP/1.1\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: a\r\nhost: b\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: a\r\nte: gzip, chunked\r\n",
        b"GET /healthz HTTP/2.0\r\nhost: a\r\n",
        b"GET /healthz HTTP/0.9\r\nhost: a\r\n",
        b"CONNECT a:443 HTTP/1.1\r\nhost: a\r\n",
        b"POST /healthz HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n",
        b"POST /healthz HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n",
        b"POST /healthz HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n",
        b"POST /healthz HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n",
    ],
)
async def test_a_head_that_can_be_read_in_two_ways_is_refused(head: bytes, stage: Any) -> None:
    """A proxy before us might read the other way; the connection ends there."""
    async with asyncio.timeout(10), connected(stage) as (reader, writer):
        writer.write(head + b"\r\n" + GET)
        answer = await reader.read()

    assert (b"HTTP/1.1 400 Bad Request", 1) == (answer.partition(b"\r\n")[0], answer.count(b"HTTP/1.1 "))
    assert b'"reason":"MALFORMED_REQUEST"' in answer


@pytest.mark.parametrize(
    "begun",
    [
        b"GET /healthz HTTP/1.1\r\nhost: a\r\nx: ",
        b"POST /healthz HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: ",
        b"POST /healthz HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1;x=",
    ],
)
async def test_what_never_ends_is_cut_off(begun: bytes, stage: Any) -> None:
    """The value of a header, of a trailer, of a chunk's extension: the parser tells of none before its end."""
    async with asyncio.timeout(5), connected(stage) as (reader, writer):  # sooner than a slow head is
        writer.write(begun)
        async with flooding(writer, b"a" * 10_000):
            with suppress(ConnectionError):
                while await reader.read(65536):
                    pass


async def test_a_trailer_is_no_header(stage: Any) -> None:
    """What follows a body was not looked at by a proxy: nobody signs in by it."""
    token = stage.signed_in()["authorization"].encode()
    async with asyncio.timeout(10), connected(stage) as (reader, writer):
        writer.write(
            b"POST /api/v1/posts HTTP/1.1\r\nhost:x\r\nconnection:close\r\ntransfer-encoding:chunked\r\n\r\n"
            b'f\r\n{"content":"a"}\r\n0\r\nauthorization:%s\r\n\r\n' % token
        )
        answer = await reader.read()

    assert b"HTTP/1.1 401" == answer[:12]


@pytest.mark.parametrize("size", [1, 100, 10_000])
async def test_another_protocol_is_ignored(size: int, stage: Any) -> None:
    """Who offers HTTP/2 is served by HTTP/1.1; the body stays a body, what is behind it a request."""
    token = stage.signed_in()["authorization"].encode()
    body = b'{"content":"GET /nowhere HTTP/1.1"}'
    sent = (
        b"POST /api/v1/posts HTTP/1.1\r\nhost:x\r\nconnection:upgrade\r\nupgrade:h2c\r\nauthorization:%s\r\n"
        b"content-length:%d\r\n\r\n%s" % (token, len(body), body)
    ) + b"GET /healthz HTTP/1.1\r\nhost:x\r\nconnection:close\r\n\r\n"
    async with asyncio.timeout(10), connected(stage) as (reader, writer):
        for at in range(0, len(sent), size):
            writer.write(sent[at : at + size])
            await asyncio.sleep(0)
        answers = await reader.read()

    assert (2, 2) == (answers.count(b"HTTP/1.1 200 OK"), answers.count(b"HTTP/1.1 "))
    assert b'"content":"GET /nowhere HTTP/1.1"' in answers


async def test_a_websocket_is_no_idle_connection(identity: TestIdentity, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a connection was before it became one does not end it, nor does a head that took several turns."""
    monkeypatch.setattr("edge.listener.KEEP_ALIVE_SECONDS", 1.0)
    async with (
        staged(identity, "wire") as stage,
        asyncio.timeout(20),
        connected(stage) as (reader, writer),
    ):
        writer.write(GET)
        await reader.readuntil(b"}")
        writer.write(
            b"GET /ws HTTP/1.1\r\nhost:x\r\n%sconnection:upgrade\r\nupgrade:websocket\r\n"
            b"authorization:%s\r\nsec-websocket-version:13\r\nsec-websocket-key:dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            % (b"x:%s\r\n" % (b"x" * 5_000) * 4, stage.signed_in()["authorization"].encode())
        )
        assert b"HTTP/1.1 101" == (await reader.readuntil(b"\r\n\r\n"))[:12]
        await asyncio.sleep(1.5)
        writer.write(frame(0x9, b"alive"))
        read = b""
        while b"alive" not in read:
            more = await reader.read(4096)
            assert more, "the connection is open"
            read += more


async def test_who_takes_no_answer_holds_nothing_up(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its place at the door is free when the work is done, and the connection is cut off after a while."""
    monkeypatch.setattr("edge.taking.TAKE_SECONDS", 0.1)
    full: list[HttpConnection] = []
    original = HttpConnection.drained

    async def drained(connection: HttpConnection) -> None:
        full.append(connection)
        await original(connection)

    made = HttpConnection.connection_made

    def narrow(connection: HttpConnection, transport: asyncio.BaseTransport) -> None:
        transport.get_extra_info("socket").setsockopt(net.SOL_SOCKET, net.SO_SNDBUF, 16_384)  # soon full
        made(connection, transport)

    monkeypatch.setattr(HttpConnection, "drained", drained)
    monkeypatch.setattr(HttpConnection, "connection_made", narrow)
    body = b'{"content":"%s"}' % (b"x" * 2_000)
    token = stage.signed_in()["authorization"].encode()
    request = b"POST /api/v1/posts HTTP/1.1\r\nhost:x\r\nauthorization:%s\r\ncontent-length:%d\r\n\r\n%s"
    async with small(stage) as (_, writer), flooding(writer, request % (token, len(body), body) * 100):
        await wait_for(lambda: bool(full) and full[0].rest.door.open == 0)
        await wait_for(full[0].transport.is_closing)


async def test_a_websocket_waits_for_the_answers_before_it(stage: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Otherwise two protocols would write to one connection."""
    token = stage.signed_in()["authorization"].encode()
    both = (
        b"GET /api/v1/feed?limit=99 HTTP/1.1\r\nhost:x\r\nauthorization:%s\r\n\r\n"
        b"GET /ws HTTP/1.1\r\nhost:x\r\nconnection:upgrade\r\nupgrade:websocket\r\nsec-websocket-version:13\r\n"
        b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" % token
    )
    async with asyncio.timeout(10), connected(stage) as (reader, writer):
        writer.write(both)
        assert b"" == await reader.read()
    assert [] == [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
