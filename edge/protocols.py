"""uvicorn's protocols with the bounds it has none of: the head of a request in bytes and seconds, unread pongs."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from edge import problems
from edge.metrics import refused

MAX_HEAD_BYTES = 32 * 1024
"""Request line and headers together; ours are below two KiB."""
HEAD_SECONDS = 10.0
"""How long they may take from the first byte on, or from the connection on."""
MAX_UNREAD_BYTES = 1024 * 1024
"""What may wait for a WebSocket client that does not read, beyond which the connection is cut."""


class BoundedHttp(HttpToolsProtocol):
    """Cuts off heads that never end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Count a new head."""
        super().on_message_begin()
        self._head_bytes = 0
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def on_url(self, url: bytes) -> None:
        """Count the request line."""
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        super().on_header(name, value)
        self._count(len(name) + len(value) + 4)

    def on_headers_complete(self) -> None:
        """Begin the request."""
        self._stop_waiting()
        if not self.transport.is_closing():
            super().on_headers_complete()

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self._refuse(problems.head_too_large(MAX_HEAD_BYTES))

    def _too_slow(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            refused.labels("slow head").inc()
            self.transport.close()

    def _refuse(self, problem: problems.Problem) -> None:
        refused.labels("large head").inc()
        body = problem.document("", "")
        head = (
            f"HTTP/1.1 {problem.status} {problem.reason}\r\ncontent-type: {problems.CONTENT_TYPE}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """Cuts off clients that ask for pongs and read none."""

    def handle_ping(self) -> None:
        """Answer a ping."""
        super().handle_ping()
        if self.transport.get_write_buffer_size() > MAX_UNREAD_BYTES:
            refused.labels("unread pongs").inc()
            self.transport.abort()
