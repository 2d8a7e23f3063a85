"""HTTP/1.1 on one connection: httptools parses, answers leave in order, bytes and time are bounded."""

import asyncio
import secrets
from collections import deque
from http import HTTPStatus
from typing import Any

import httptools

from edge import heads, problems
from edge.backlog import PIECE_BYTES, TURN_BYTES, Backlog
from edge.metrics import refused
from edge.port import Port
from edge.request import Request
from edge.taking import Taking
from mesh.accepting import has_left

MAX_HEAD_BYTES = 32 * 1024
"""Request line and headers together, and what is no body between two parts of one; ours are below two KiB."""
HEAD_SECONDS = 10.0
"""How long they may take from the first byte on, or from the connection on."""
HELD_BYTES = 64 * 1024
"""Of a body that are read before its request is let in."""

_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus} | {
    499: b"HTTP/1.1 499 \r\n"
}
_KEEP, _CLOSE = b"\r\n", b"connection: close\r\n\r\n"


class HttpConnection(asyncio.Protocol):
    """Parses on only when the requests before are under way; cuts off heads that never end."""

    def __init__(self, port: Port, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.rest = port.rest
        self.host: str | None = None
        """Who is at the other end."""
        self.is_full = False
        """Whether the client takes less than it is sent."""
        self.pipeline: deque[Request] = deque()
        """Requests that wait for the answers before them."""
        self._port = port
        self.transport: Any = None  # uvloop's own classes, which are none of asyncio's by inheritance
        self._parser = self._new_parser()
        self._backlog = Backlog()
        self._taking = Taking(loop)
        self._turn: asyncio.Handle | None = None
        self._url = b""
        self._pairs: list[tuple[bytes, bytes]] = []
        self._request: Request | None = None  # the one that is being parsed
        self._running: Request | None = None  # the one that is being answered
        self._paused = False
        self._emptied: asyncio.Future[None] | None = None
        self._head_bytes = 0
        self._in_head = False
        self._head_timer: asyncio.TimerHandle | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self._idle_since = 0.0

    # ── the loop calls ──

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a head."""
        self.transport = transport
        peer = transport.get_extra_info("peername")
        self.host = peer[0] if isinstance(peer, tuple) else None
        self._port.connections.add(self)
        if len(self._port.connections) > self._port.max_connections:
            refused.labels("connections").inc()
            self.transport.abort()
        elif self._port.draining:
            self.transport.close()
        else:
            self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Tell the request that is being served; those behind it never begin."""
        self._port.connections.discard(self)
        self._let_go()
        self.pipeline.clear()
        self.resume_writing()
        running, self._running = self._running, None
        if running is not None:
            running.leave()

    def data_received(self, data: bytes) -> None:
        """Parse what came, as far as this turn goes."""
        if self._turn is None and not self._backlog and not self.pipeline and len(data) <= PIECE_BYTES:
            if self._feed(data):
                self._regulate()
            return
        self._backlog.add(data)
        if self._turn is None:
            self._parse()

    def pause_writing(self) -> None:
        """Stop whoever sends."""
        self.is_full = True
        self._taking.watch(self.transport)

    def resume_writing(self) -> None:
        """Let whoever sends go on."""
        self.is_full = False
        if not self.transport.is_closing():
            self._taking.stop()
        waiting, self._emptied = self._emptied, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    # ── requests call ──

    def begun(self) -> None:
        """A request was let in, or has taken what it held of its body: the rest of it is read."""
        if self._paused:
            self._regulate()

    async def drained(self) -> None:
        """Wait until the client has taken most of what it was sent, or is gone; one task at a time."""
        self._emptied = self.loop.create_future()
        await self._emptied

    def respond(self, request: Request, status: int, lines: bytes, body: bytes) -> None:
        """Send a whole answer; `lines` are its headers, a CR and LF after each."""
        if not request.gone:
            keep = self._keeps(request)
            head = (_STATUS_LINES[status], self._port.date, lines, _KEEP if keep else _CLOSE, body)
            self.transport.write(b"".join(head))
            self._answered(request, keep=keep)

    def begin(self, request: Request, status: int, lines: bytes, length: int | None = None) -> None:
        """Send the head of a stream, of `length` bytes where that is known."""
        request.chunked = length is None and request.version != "1.0"
        request.keep_alive = request.keep_alive and (request.chunked or length is not None)
        framing = b"transfer-encoding: chunked\r\n" if request.chunked else b""
        if length is not None:
            framing = b"content-length: %d\r\n" % length
        end = _KEEP if request.keep_alive else _CLOSE
        self.transport.write(b"".join((_STATUS_LINES[status], self._port.date, lines, framing, end)))

    async def send(self, request: Request, part: bytes) -> None:
        """Send a part of a stream, which is not empty, when the client has taken those before."""
        if self.is_full:
            await self.drained()
        self.transport.write(b"%x\r\n%s\r\n" % (len(part), part) if request.chunked else part)

    def end(self, request: Request) -> None:
        """End a stream."""
        if request.chunked and request.verb != "HEAD":
            self.transport.write(b"0\r\n\r\n")
        self._answered(request, keep=self._keeps(request))

    def ask(self) -> None:
        """Tell the client that its body is wanted."""
        self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def has_left(self) -> bool:
        """Tell whether the client has closed, although nobody has read that yet."""
        return has_left(self.transport.get_extra_info("socket").fileno())

    # ── the listener calls ──

    def shutdown(self) -> None:
        """Close when what was asked is answered."""
        if self._running is None:
            self._close()

    # ── the parser calls ──

    def on_message_begin(self) -> None:
        """Count a new head."""
        self._url, self._pairs = b"", []
        self._head_bytes, self._in_head = 0, True

    def on_url(self, url: bytes) -> None:
        """Take the target, or a part of it."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; what follows a body is none, as a proxy has not looked at it."""
        if self._in_head:
            self._pairs.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Begin the request, unless its framing can be read in two ways."""
        self._stop_waiting()
        self._in_head, self._request = False, None
        if self.transport.is_closing():
            return
        parser, version = self._parser, self._parser.get_http_version()
        upgrades = parser.should_upgrade()
        advice = heads.unclear(self._pairs, version)
        if not advice and upgrades:
            if parser.get_method() == b"CONNECT":
                advice = "this is no proxy"
            elif heads.upgrades(self._pairs) and self._running is not None:
                advice = "a WebSocket begins when the answers before it have come"
        if advice:
            self._refuse(problems.unreadable(advice), "unclear head")
        elif not upgrades:  # the others are handed over, or read again, when the parser stops
            self._begin(Request(self, parser.get_method().decode(), version, heads.target(self._url), self._pairs))

    def _begin(self, request: Request) -> None:
        """Serve the request now, or when the answers before it have come."""
        request.keep_alive = request.version != "1.0" and self._parser.should_keep_alive()
        self._request = request
        self.rest.find(request)
        if self._running is None:
            self._running = request
            self.rest.arrive(request)
        else:
            self.pipeline.append(request)

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self._head_bytes = 0
        if self._request is not None:
            self._request.body.add(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._head_bytes = 0
        if self._request is not None:
            self._request.body.end()

    # ── in turns ──

    def _parse_soon(self) -> None:
        if self._turn is None:
            self._turn = self.loop.call_soon(self._parse)

    def _parse(self) -> None:
        self._turn = None
        left = TURN_BYTES
        while self._backlog and left > 0 and not self.pipeline and not self.transport.is_closing():
            piece = self._backlog.piece()
            left -= len(piece)
            if not self._feed(piece):
                return
        self._regulate()

    def _feed(self, piece: bytes) -> bool:
        """Parse one piece; False when nothing more of this connection is HTTP."""
        self._head_bytes += len(piece)
        try:
            self._parser.feed_data(piece)
        except httptools.HttpParserUpgrade as end:
            if self.transport.is_closing():  # it was refused
                return False
            if heads.upgrades(self._pairs):
                self._upgrade()
                return False
            return self._feed(self._without_upgrade() + piece[end.args[0] :])
        except httptools.HttpParserError:
            if not self.transport.is_closing():
                self._refuse(problems.unreadable("this is no HTTP/1.1"), "no http")
            return False
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self._refuse(problems.head_too_large(MAX_HEAD_BYTES), "large head")
        return True

    def _regulate(self) -> None:
        """Read on, or stop reading while there is enough to do."""
        if self.transport.is_closing():
            self._backlog.clear()
            return
        request = self._request
        held = bool(self._backlog)
        if not held:
            if self._in_head and self._head_timer is None:
                self._wait_for_head()
        elif self.pipeline:
            self._stop_waiting()  # it is we who are late
        else:
            self._parse_soon()
        pause = held or bool(self.pipeline) or (request is not None and _waits_for_its_reader(request))
        if pause != self._paused:
            self._paused = pause
            if pause:
                self.transport.pause_reading()
            else:
                self.transport.resume_reading()

    def _keeps(self, request: Request) -> bool:
        unasked = request.expects and not request.body.complete  # whether its body comes nobody knows
        return request.keep_alive and not unasked and not self._port.draining

    def _answered(self, request: Request, *, keep: bool) -> None:
        """Go on with what waited for this answer, or wait for another request."""
        request.answered, request.waits, self._running = True, False, None
        request.body.limit = 0  # what still comes of it is forgotten
        if not keep:
            self._close()
        if self.transport.is_closing():
            return
        if self.pipeline:
            self._running = self.pipeline.popleft()
            self.rest.arrive(self._running)
        else:
            self._idle_since = self.loop.time()
            if self._idle_timer is None:
                self._idle_timer = self.loop.call_later(self._port.keep_alive_seconds, self._close_idle)
        if self._paused and self._turn is None:
            self._turn = self.loop.call_soon(self._parse)  # also the body of the one that was begun just now

    def _close_idle(self) -> None:
        """Close a connection that asked for nothing for so long: a timer for all of its requests looks."""
        self._idle_timer = None
        if self.transport.is_closing() or self._running is not None or self._in_head:
            return  # the answer begins a new wait, the head has a time of its own
        left = self._idle_since + self._port.keep_alive_seconds - self.loop.time()
        if left > 0:
            self._idle_timer = self.loop.call_later(left, self._close_idle)
        else:
            self._close()

    def _close(self) -> None:
        """Close when the client has taken what it was sent, or takes nothing of it."""
        self.transport.close()
        self._taking.watch(self.transport)

    def _let_go(self) -> None:
        """Forget what was not parsed, stop what was to come: the connection is lost, or somebody else's."""
        self._stop_waiting()
        self._taking.stop()
        for handle in (self._turn, self._idle_timer):
            if handle is not None:
                handle.cancel()
        self._backlog.clear()

    def _upgrade(self) -> None:
        self._let_go()
        self._port.connections.discard(self)
        self._port.upgrade(self.transport, heads.written(self._parser.get_method(), self._url, "1.1", self._pairs))
        if self._paused:
            self.transport.resume_reading()

    def _without_upgrade(self) -> bytes:
        """Return the head without its wish for another protocol, which a server may ignore; to be parsed anew.

        The parser takes nothing behind such a head for HTTP: not even the body, which would pass for a request.
        """
        old, self._parser = self._parser, self._new_parser()
        pairs = [pair for pair in self._pairs if pair[0] != b"upgrade"]
        return heads.written(old.get_method(), self._url, old.get_http_version(), pairs)

    def _new_parser(self) -> Any:
        parser: Any = httptools.HttpRequestParser(self)
        parser.set_dangerous_leniencies(lenient_data_after_close=True)  # an answer to what came before is still due
        return parser

    # ── heads ──

    def _wait_for_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def _too_slow(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            refused.labels("slow head").inc()
            self._close()

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse(self, problem: problems.Problem, why: str) -> None:
        """Answer what is no request and close; in the midst of another answer there is no place for a word."""
        refused.labels(why).inc()
        if self._running is None:
            body = problem.document("", secrets.token_hex(8))
            head = f"content-type: {problems.CONTENT_TYPE}\r\ncontent-length: {len(body)}\r\n"
            self.transport.write(_STATUS_LINES[problem.status] + head.encode() + _CLOSE + body)
        self._stop_waiting()
        self._close()


def _waits_for_its_reader(request: Request) -> bool:
    return request.body.is_full or (request.waits and request.body.size > HELD_BYTES)
