"""uvicorn's protocols with the bounds they have none of: work accepted in one turn of the loop, heads, unread pongs.

What a socket brings is parsed a piece at a time: a read of a quarter of a megabyte may hold ten thousand requests or
forty thousand frames, and whoever sends them must not take the loop from everybody else. What is not parsed yet stays
in the connection, which is not read from meanwhile, so TCP slows its sender down.
"""

import asyncio
import secrets
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT, FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from edge import problems
from edge.metrics import refused

PIECE_BYTES = 2 * 1024
"""Parsed without a look at what it made: at most seventy requests, or three hundred frames."""
TURN_BYTES = 16 * 1024
"""Parsed of one connection in one turn of the loop; a megabyte takes sixty-four turns."""

MAX_HEAD_BYTES = 32 * 1024
"""Request line and headers together; ours are below two KiB."""
HEAD_SECONDS = 10.0
"""How long they may take from the first byte on, or from the connection on."""

TURN_FRAMES = 64
"""Frames of one WebSocket after which a turn is over, whatever their size."""
FRAMES_PER_SECOND = 50.0
"""Of one WebSocket, control frames and fragments included; whoever sends more is read no faster."""
FRAMES_AT_ONCE = 500
"""What a client may send in a burst, after it was silent for so long."""
MAX_FRAGMENTS = 128
"""Of one message; libraries that fragment use frames of some KiB."""
MAX_UNREAD_BYTES = 1024 * 1024
"""What may wait for a WebSocket client that does not read, beyond which the connection is cut."""
STRANGERS_BYTES = 16 * 1024
"""What a client may send before it has signed in; the frame that does it has four KiB at most."""
STRANGERS_FRAMES = 32
CUT_SECONDS = 1.0
"""How long a client that was cut off may take to hear of it."""

SIGNED_IN = "guild.signed_in"
"""The key among a WebSocket scope's extensions of what lifts the bounds for strangers, a callable."""
_POLICY = 1008


class Backlog:
    """What was read from a socket and not parsed yet."""

    __slots__ = ("_at", "_data")

    def __init__(self) -> None:
        self._data = b""
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def add(self, data: bytes) -> None:
        """Append what was read."""
        self._data = self._data[self._at :] + data if self else data
        self._at = 0

    def piece(self) -> bytes:
        """Take the next piece."""
        taken = self._data[self._at : self._at + PIECE_BYTES]
        self._at += len(taken)
        return taken

    def clear(self) -> None:
        """Forget all of it."""
        self._data, self._at = b"", 0


class _Flow(FlowControl):
    """Reading stays stopped while there is a backlog, whoever asks for more."""

    held = False

    def resume_reading(self) -> None:
        """Read on, unless what was read waits to be parsed."""
        if not self.held:
            super().resume_reading()


class BoundedHttp(HttpToolsProtocol):
    """Parses on only when the requests before are under way; cuts off heads that never end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._max_connections, self.limit_concurrency = self.limit_concurrency, None  # uvicorn logs each refusal
        self.parser: Any  # uvicorn takes it away when the connection is lost
        self.cycle: Any
        self.flow: Any
        self._backlog = Backlog()
        self._running: Any = None
        self._turn: asyncio.Handle | None = None
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._in_head = False

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to wait for a head."""
        super().connection_made(transport)
        self.flow = _Flow(transport)
        if self._max_connections is not None and len(self.connections) > self._max_connections:
            refused.labels("connections").inc()
            transport.abort()
        else:
            self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the request that is being served; those behind it never begin."""
        self._stop_waiting()
        if self._turn is not None:
            self._turn.cancel()
        self._backlog.clear()
        self.pipeline.clear()
        if self._is_busy():
            self._running.disconnected = True
            self._running.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, as far as this turn goes."""
        self._unset_keepalive_if_required()
        self._backlog.add(data)
        if self._turn is None:
            self._parse()

    def on_response_complete(self) -> None:
        """Go on with what waited for this answer."""
        super().on_response_complete()
        if self._backlog and not self.pipeline:
            self._unset_keepalive_if_required()
            self._parse_soon()

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
        if self.transport.is_closing():
            self._backlog.clear()
            return
        self.flow.held = bool(self._backlog)
        if not self.flow.held:
            if self._in_head and self._head_timer is None:
                self._wait_for_head()
            cycle = self.cycle
            if cycle is None or cycle.response_complete or len(cycle.body) <= HIGH_WATER_LIMIT:
                self.flow.resume_reading()
            return
        self.flow.pause_reading()
        if self.pipeline:
            self._stop_waiting()  # it is we who are late
        else:
            self._parse_soon()

    def _feed(self, piece: bytes) -> bool:
        """Parse one piece; False when nothing more of this connection is HTTP."""
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self._backlog.clear()
                self.handle_websocket_upgrade()
                return False
        except httptools.HttpParserError:
            if not self.transport.is_closing():
                self._refuse(problems.unreadable("this is no HTTP/1.1"), "no http")
            return False
        return True

    def on_message_begin(self) -> None:
        """Count a new head."""
        super().on_message_begin()
        self._head_bytes = 0
        self._in_head = True
        if self._head_timer is None:
            self._wait_for_head()

    def on_url(self, url: bytes) -> None:
        """Count the request line."""
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        super().on_header(name, value)
        self._count(len(name) + len(value) + 4)

    def on_headers_complete(self) -> None:
        """Begin the request, unless its framing can be read in two ways."""
        self._stop_waiting()
        self._in_head = False
        if self.transport.is_closing():
            return
        advice = _unclear(self.headers, self.parser.get_http_version())
        if not advice and self._is_busy() and self.parser.should_upgrade() and self._should_upgrade():
            advice = "a WebSocket begins when the answers before it have come"
        if advice:
            self._refuse(problems.unreadable(advice), "unclear head")
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of a body, unless its request was refused."""
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request, unless it was refused."""
        if not self.transport.is_closing():
            super().on_message_complete()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _is_busy(self) -> bool:
        return self._running is not None and not self._running.response_complete

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self._refuse(problems.head_too_large(MAX_HEAD_BYTES), "large head")

    def _wait_for_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def _too_slow(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            refused.labels("slow head").inc()
            self.transport.close()

    def _refuse(self, problem: problems.Problem, why: str) -> None:
        """Answer what is no request and close; in the midst of another answer there is no place for a word."""
        refused.labels(why).inc()
        if not self._is_busy():
            body = problem.document("", secrets.token_hex(8))
            head = (
                f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\n"
                f"content-type: {problems.CONTENT_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
        self._stop_waiting()
        self.transport.close()

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


def _unclear(headers: list[tuple[bytes, bytes]], version: str) -> str:
    """Return what is wrong with headers that another server might read differently; empty when nothing is."""
    hosts = sum(1 for name, _ in headers if name == b"host")
    if hosts > 1 or (not hosts and version != "1.0"):
        return "send exactly one Host header"
    codings = [value.strip().lower() for name, value in headers if name == b"transfer-encoding"]
    if codings and (codings != [b"chunked"] or version == "1.0"):
        return "the only transfer coding taken is chunked, and not before HTTP/1.1"
    if any(name == b"te" and b"chunked" in value.lower() for name, value in headers):
        return "TE must not name chunked: it is always taken"
    return ""


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """Reads each client at the pace of a person, strangers less; cuts off who sends what no client sends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._backlog = Backlog()
        self._turn: asyncio.Handle | None = None
        self._tokens = float(FRAMES_AT_ONCE)
        self._counted_at = self.loop.time()
        self._fragments = 0
        self._bytes_left = STRANGERS_BYTES
        self._frames_left = STRANGERS_FRAMES
        self._stranger = False
        self._is_cut = False

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what was not parsed."""
        self._backlog.clear()
        if self._turn is not None:
            self._turn.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, as far as this turn goes."""
        if self._is_cut:
            return
        self._backlog.add(data)
        if self._turn is None:
            self._parse()

    async def receive(self) -> Any:
        """Return the next event; what waited for it to be taken is parsed then."""
        event = await self.queue.get()
        if self.read_paused and self.queue.empty():
            self.read_paused = False
            self._parse_soon()
        return event

    async def send(self, message: Any) -> None:
        """Send an event; after a close the client's answer to it may be waiting."""
        await super().send(message)
        if message["type"] == "websocket.close":
            self._parse_soon()

    def _parse_soon(self) -> None:
        if self._turn is None:
            self._turn = self.loop.call_soon(self._parse)

    def _parse(self) -> None:
        self._turn = None
        frames, left = 0, TURN_BYTES
        wait = self._charge(0)
        while self._backlog and left > 0 and frames < TURN_FRAMES and not (wait or self.read_paused or self._is_over()):
            piece = self._backlog.piece()
            left -= len(piece)
            frames += self._feed(piece)
        wait = self._charge(frames)
        if self._is_over() or self._is_cut:
            self._backlog.clear()
            self.transport.resume_reading()
        elif self._backlog or wait:
            self.transport.pause_reading()
            if wait or not self.read_paused:  # otherwise `receive` goes on
                self._turn = self.loop.call_later(wait, self._parse)
        elif not self.read_paused:
            self.transport.resume_reading()

    def _feed(self, piece: bytes) -> int:
        """Parse one piece; return how many frames it ended."""
        if self._stranger:
            self._bytes_left -= len(piece)
        self.conn.receive_data(piece)
        frames = len(self.conn.events)
        if self.conn.parser_exc is not None:
            self.handle_parser_exception()
            return frames
        if self._stranger:
            self._frames_left -= frames
        if self._stranger and (self._bytes_left < 0 or self._frames_left < 0):
            self._cut("sign in first")
        else:
            self.handle_events()
        return frames

    def _charge(self, frames: int) -> float:
        """Take a token for each frame; return the seconds until there are enough of them again."""
        now = self.loop.time()
        self._tokens = min(FRAMES_AT_ONCE, self._tokens + (now - self._counted_at) * FRAMES_PER_SECOND) - frames
        self._counted_at = now
        return max(0.0, -self._tokens / FRAMES_PER_SECOND)

    def _is_over(self) -> bool:
        return self.disconnected or self.transport.is_closing()

    def handle_connect(self, event: Any) -> None:
        """Begin the handshake; who comes is a stranger until the application says otherwise."""
        super().handle_connect(event)
        if not self.close_sent:
            self._stranger = True
            scope: Any = self.scope
            scope["extensions"][SIGNED_IN] = self._signed_in

    def _signed_in(self) -> None:
        self._stranger = False

    def handle_text(self, event: Any) -> None:
        """Begin a message."""
        self._fragments = 1
        super().handle_text(event)

    def handle_bytes(self, event: Any) -> None:
        """Begin a message."""
        self._fragments = 1
        super().handle_bytes(event)

    def handle_cont(self, event: Any) -> None:
        """Go on with a message of so many pieces at most, empty ones included."""
        self._fragments += 1
        if self._fragments > MAX_FRAGMENTS:
            self._cut("too many fragments")
        elif not self.close_sent:
            super().handle_cont(event)

    def handle_ping(self) -> None:
        """Answer a ping."""
        super().handle_ping()
        if self.transport.get_write_buffer_size() > MAX_UNREAD_BYTES:
            refused.labels("unread pongs").inc()
            self.transport.abort()

    def keepalive_timeout(self) -> None:
        """Let a client go that did not answer; one that is not read from had no chance to."""
        if self._backlog or self.read_paused:
            self.pong_timer = self.loop.call_later(self.ping_timeout or 0.0, self.keepalive_timeout)
        else:
            super().keepalive_timeout()

    def _cut(self, reason: str) -> None:
        """Close for a reason that only a hostile or a broken client gives.

        What it still sends is thrown away for a moment: with unread bytes a connection is reset, the reason with it.
        """
        if self.close_sent or self._is_over():
            return
        refused.labels(reason).inc()
        self._is_cut = True
        self.close_timer = self.loop.call_later(CUT_SECONDS, self.transport.abort)
        self.conn.fail(_POLICY, reason)
        self.handle_parser_exception()
