"""uvicorn's HTTP with the bounds it has none of: requests parsed in a turn of the loop, heads in bytes and seconds."""

import asyncio
import secrets
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT, FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from edge import problems
from edge.backlog import TURN_BYTES, Backlog
from edge.http_cycle import Cycle
from edge.metrics import refused

MAX_HEAD_BYTES = 32 * 1024
"""Request line and headers together; ours are below two KiB."""
HEAD_SECONDS = 10.0
"""How long they may take from the first byte on, or from the connection on."""


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
        self._idle_timer: asyncio.TimerHandle | None = None
        self._idle_since = 0.0
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
        for handle in (self._turn, self._idle_timer):
            if handle is not None:
                handle.cancel()
        self._backlog.clear()
        self.pipeline.clear()
        if self._is_busy():
            self._running.leave()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, as far as this turn goes."""
        self._backlog.add(data)
        if self._turn is None:
            self._parse()

    def on_response_complete(self) -> None:
        """Go on with what waited for this answer, or wait for another request."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self._idle_since = self.loop.time()
            if self._idle_timer is None:
                self._idle_timer = self.loop.call_later(self.timeout_keep_alive, self._close_idle)
        if self._backlog and not self.pipeline:  # also the body of the one that was begun just now
            self._parse_soon()

    def _close_idle(self) -> None:
        """Close a connection that asked for nothing for so long: a timer for all of its requests looks."""
        self._idle_timer = None
        if self.transport.is_closing() or self._is_busy() or self._in_head:
            return  # the answer begins a new wait, the head has a time of its own
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._idle_timer = self.loop.call_later(left, self._close_idle)
        else:
            self.transport.close()

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
            if self.transport.is_closing():  # it was refused
                return False
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

    def on_url(self, url: bytes) -> None:
        """Count the request line."""
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin the request, unless its framing can be read in two ways."""
        self._stop_waiting()
        self._in_head = False
        if self.transport.is_closing():
            return
        version: str = self.parser.get_http_version()
        upgrades = self.parser.should_upgrade() and self._should_upgrade()
        advice = _unclear(self.headers, version)
        if not advice and upgrades and self._is_busy():
            advice = "a WebSocket begins when the answers before it have come"
        if advice:
            self._refuse(problems.unreadable(advice), "unclear head")
            return
        scope: Any = self.scope
        scope["method"], scope["http_version"] = self.parser.get_method().decode("ascii"), version
        if not upgrades:
            self._begin(scope, version)

    def _begin(self, scope: Any, version: str) -> None:
        """Serve the request now, or when the answers before it have come."""
        app: Any = self.app
        url = httptools.parse_url(self.url)
        path = url.path.decode("ascii")
        scope["path"] = unquote(path) if "%" in path else path
        scope["raw_path"], scope["query_string"] = url.path, url.query or b""
        self.cycle = Cycle(
            scope=scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=version != "1.0" and self.parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )
        if self._is_busy():
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, app))
        else:
            self._start_asgi_task(self.cycle, app)

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
    hosts = 0
    codings: list[bytes] = []
    for name, value in headers:
        if name == b"host":
            hosts += 1
        elif name == b"transfer-encoding":
            codings.append(value.strip().lower())
        elif name == b"te" and b"chunked" in value.lower():
            return "TE must not name chunked: it is always taken"
    if hosts > 1 or (not hosts and version != "1.0"):
        return "send exactly one Host header"
    if codings and (codings != [b"chunked"] or version == "1.0"):
        return "the only transfer coding taken is chunked, and not before HTTP/1.1"
    return ""
