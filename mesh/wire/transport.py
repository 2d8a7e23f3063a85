"""A connection on a socket: asyncio's protocol around the state machine, the same for both ends.

What arrives in one read is handled together, what is said in one turn of the loop leaves in one write.
"""

import asyncio
from typing import Any, cast

from mesh.wire.connection import Connection
from mesh.wire.errors import ErrorCode
from mesh.wire.events import Event
from mesh.wire.limits import Limits
from mesh.wire.outgoing import MAX_TAKE
from mesh.wire.stream import Stream

BACKLOG = 64 * 1024
"""Octets a writer may be ahead of a slow reader before it waits."""
_KEEPALIVE = b"are-you?"
"""The payload of PING frames that ask whether the peer lives."""
_TURN = MAX_TAKE >> 2
"""Octets said in one turn of the loop before a writer lets it write them."""
_LINGER = 10.0
"""Seconds that a peer has to read what was said last."""


class Wire(asyncio.Protocol):
    """Both ends; a subclass says what the events mean."""

    def __init__(self, limits: Limits, loop: asyncio.AbstractEventLoop, *, client: bool) -> None:
        self.http = Connection(limits, client=client)
        self.limits = limits
        self.loop = loop
        self.closed = False
        """Whether the transport is gone, or about to be."""
        self.heard = self.opened = loop.time()
        """When octets came last, when the connection was made."""
        self._asked: float | None = None
        self._unsettled: float | None = None
        self._transport: asyncio.Transport | None = None
        self._lingering: asyncio.TimerHandle | None = None
        self._receiving = False
        self._scheduled = False
        self._paused_size = 0

    # ── asyncio.Protocol ──

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say the preface and the settings."""
        self._transport = cast("asyncio.Transport", transport)
        self.opened = self.heard = self.loop.time()
        self.flush()

    def data_received(self, data: bytes) -> None:
        """Handle everything in `data`, then write what that made us say."""
        now = self.heard = self.loop.time()
        self._asked = None
        self._receiving = True
        try:
            for event in self.http.receive(data, now):
                self.on_event(event)
        finally:
            self._receiving = False
        http = self.http
        if http.roomy:
            self._give_room()
        if http.pending:
            self.flush()
        if http.broken:
            self.close()

    def pause_writing(self) -> None:
        """Keep data back: the peer, or the network, is slower than we."""
        self.http.paused = True
        self._paused_size = 0

    def resume_writing(self) -> None:
        """Go on where `pause_writing` stopped."""
        self.http.paused = False
        self.kick()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell every stream."""
        self.closed = True
        if self._lingering is not None:
            self._lingering.cancel()
        self.on_lost(exc)
        for stream in (*self.http.streams.values(), *self.http.roomy):
            _wake(stream)

    # ── for subclasses ──

    def on_event(self, event: Event) -> None:
        """Handle what the peer did."""
        raise NotImplementedError

    def on_partial(self) -> None:
        """More octets of messages are kept that are not complete."""

    def on_written(self) -> None:
        """What there was to say has been handed to the transport."""

    def on_lost(self, _error: Exception | None) -> None:
        """The transport is gone: end what is open."""
        raise NotImplementedError

    # ── for whoever says something ──

    @property
    def transport(self) -> asyncio.Transport | None:
        """None until the connection is made."""
        return self._transport

    async def write(self, stream: Stream, data: bytes) -> None:
        """Send data of a stream, waiting while its reader is slow."""
        http = self.http
        http.send_data(stream, data)
        self.kick()
        if stream.backlog > BACKLOG:
            before, stream.writer = stream.writer, self.loop.create_future()
            if before is not None:  # another task writes too
                stream.writer.add_done_callback(lambda _: before.done() or before.set_result(None))
            await stream.writer
        elif http.pending >= _TURN:
            await asyncio.sleep(0)

    def kick(self) -> None:
        """Let what is in the output leave at the end of this turn of the loop."""
        if not self._scheduled and not self._receiving:
            self._scheduled = True
            self.loop.call_soon(self._flush_later)

    def flush(self) -> None:
        """Write what is in the output."""
        self._write_out()
        self.on_written()

    def _write_out(self) -> None:
        http, transport = self.http, self._transport
        if transport is None or self.closed:
            http.take()
            return
        more = bool(http.pump())
        data = http.take()
        if data:
            if http.paused:
                self._paused_size += len(data)
                if self._paused_size > self.limits.max_paused_bytes:
                    self.abort()
                    return
            transport.write(data)
        if http.roomy:
            self._give_room()
        if (more or http.pending) and not http.paused:
            self.kick()

    def close(self) -> None:
        """Close the transport when all that was said is written, and in any case before long."""
        self._say_nothing_more()
        if self._transport is not None:
            self._transport.close()

    def close_after_peer(self) -> None:
        """Say that nothing more will be said, and let the peer close, if it does so before long.

        Whatever it writes to a socket that is closed already is answered with a reset, or fails: either costs it what
        it has not read yet. TLS says its own farewell, and waits for the peer's by itself.
        """
        self._say_nothing_more()
        transport = self._transport
        if transport is None or not transport.can_write_eof():
            self.close()
        elif not transport.is_closing():
            try:
                transport.write_eof()
            except OSError:  # the peer has gone already, and the loop did not hear of it yet
                transport.abort()

    def _say_nothing_more(self) -> None:
        if not self.closed:
            self._write_out()
            self.closed = True
            if self._transport is not None:
                self._lingering = self.loop.call_later(_LINGER, self._transport.abort)

    def abort(self) -> None:
        """Close the transport at once."""
        self.closed = True
        if self._transport is not None:
            self._transport.abort()

    def check_alive(self, now: float, patience: float = 1.0) -> None:
        """Ask a silent peer whether it lives, drop one that did not say so, or that never took our settings.

        Call it every second or so. A peer that finds it is asked too often is given a `patience` above 1.
        """
        limits = self.limits
        if not self.http.unacked:
            self._unsettled = None
        elif self._unsettled is None:
            self._unsettled = now
        elif now - self._unsettled > limits.settings_seconds:
            self.break_off(ErrorCode.SETTINGS_TIMEOUT, "settings that were not acknowledged in time")
            return
        if self._asked is not None:
            if now - self._asked > limits.ping_timeout_seconds:
                self.abort()
        elif now - self.heard > limits.ping_seconds * patience:
            self._asked = now
            self.http.send_ping(_KEEPALIVE)
            self.flush()

    def break_off(self, code: ErrorCode, message: str) -> None:
        """End the connection over what the peer did."""
        self.http.break_off(code, message)
        self.close()

    def known(self, name: str) -> Any:
        """Return what the transport knows, such as `peername` or `ssl_object`."""
        return None if self._transport is None else self._transport.get_extra_info(name)

    def _flush_later(self) -> None:
        self._scheduled = False
        self.flush()

    def _give_room(self) -> None:
        roomy, self.http.roomy = self.http.roomy, []
        for stream in roomy:
            _wake(stream)


def _wake(stream: Stream) -> None:
    writer, stream.writer = stream.writer, None
    if writer is not None and not writer.done():
        writer.set_result(None)
