"""uvicorn's WebSocket with the bounds it has none of: frames in a turn and in a second, fragments, strangers, pongs."""

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from edge.backlog import TURN_BYTES, Backlog
from edge.metrics import refused

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
"""What a client may send before it has signed in. The token has four KiB at most; a client that resumes more than two
hundred conversations beside it, in plain form, signs in with its handshake instead."""
STRANGERS_FRAMES = 32
CUT_SECONDS = 1.0
"""How long a client that was cut off may take to hear of it."""

SIGNED_IN = "guild.signed_in"
"""The key among a WebSocket scope's extensions of what lifts the bounds for strangers, a callable."""
_POLICY = 1008


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
