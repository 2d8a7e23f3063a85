"""What a connection allows its peer: streams and their ends, windows of what is received, patience with the rest."""

from collections import OrderedDict

from mesh.wire import flow, frames
from mesh.wire.errors import ErrorCode, breach
from mesh.wire.limits import Limits, Nuisance
from mesh.wire.outgoing import Outgoing
from mesh.wire.stream import Stream

_FORGOTTEN = 128
"""Streams whose end is remembered, to tell a late frame from a wrong one."""
_EXCUSES = 3
"""A frame of ours is credited to its stream and its connection, and may end a measurement by PING; a stream begins with
as many."""
_TOO_MUCH = "too many frames to no purpose"


class Incoming(Outgoing):
    """The part of a Connection that keeps account of its peer; reads no frames."""

    def __init__(self, limits: Limits, *, client: bool) -> None:
        super().__init__(limits)
        self.client = client
        self.limits = limits
        self.streams: dict[int, Stream] = {}
        """Those that are open in at least one direction."""
        self.broken = False
        self.peer_max_streams = frames.LARGEST_STREAM
        self.unread = 0
        """Octets of whole messages nobody has read, all streams; kept by the connection's user."""
        self.partial = 0
        """Octets of messages that are not complete, all streams; kept by the connection's user."""
        self.last_peer_stream = 0
        self._now = 0.0
        self._next_stream = 1
        self._initial_send = frames.DEFAULT_WINDOW
        self._refused_above: int | None = None
        self._ended_streams: OrderedDict[int, bool] = OrderedDict()  # to whether we reset it
        self._estimator = flow.Estimator(limits.stream_window, limits.max_window)
        self._stream_window = limits.stream_window
        self._connection_window = limits.connection_window
        self._early_window = max(0, frames.DEFAULT_WINDOW - limits.stream_window)
        """What a stream may have beyond its window until the peer has heard how large that is; section 6.9.3."""
        self._recv_window = frames.DEFAULT_WINDOW
        self._debt = 0
        self.unacked = 0
        """SETTINGS frames of ours that were not acknowledged yet."""
        self._nuisance = Nuisance(limits)
        self._begun = 0
        self._excused = 0
        self._pinged = -limits.min_ping_seconds
        self._said_at_ping = -1
        self._strikes = 0

    # ── streams and their ends ──

    def open_stream(self) -> Stream:
        """Return a new stream (client); raises OverflowError when the numbers are used up: take another connection."""
        number = self._next_stream
        if number > frames.LARGEST_STREAM:
            raise OverflowError("no stream numbers are left on this connection")
        self._next_stream = number + 2
        return self._new_stream(number)

    @property
    def used_up(self) -> bool:
        """Whether a client needs another connection for more streams."""
        return self._next_stream > frames.LARGEST_STREAM

    def refuse(self, stream: Stream) -> None:
        """Reset a stream that is more than we serve, though no more than the peer was allowed: it may send it again.

        Nothing is charged: that places are still taken which the peer gave back is our slowness, and to refuse a call
        costs less than to answer it.
        """
        self.send_reset(stream, ErrorCode.REFUSED_STREAM)

    def go_away(self, code: ErrorCode = ErrorCode.NO_ERROR, debug: bytes = b"", *, at_once: bool = True) -> None:
        """Take no more streams; not `at_once` announces it only: what is on its way is still served (section 6.8)."""
        last = frames.LARGEST_STREAM
        if at_once:
            if self._refused_above is None:  # else what was refused stays so
                self._refused_above = self.last_peer_stream
            last = self._refused_above
        self._put(frames.goaway(last, code, debug))

    def break_off(self, code: ErrorCode, message: str) -> None:
        """End the connection over what the peer did: nothing it sends is looked at any more, nothing more is said."""
        if not self.broken:
            self.broken = True
            self.go_away(code, message.encode()[:256])
            for stream in self.streams.values():
                stream.local_open = stream.remote_open = False
                self._drop_outbox(stream)

    def send_reset(self, stream: Stream, code: int) -> None:
        """End a stream in both directions; what the peer still sends on it is ignored for a while."""
        if not stream.remote_open and not stream.local_open:
            return
        super().send_reset(stream, code)
        self._remember(stream.id, we_reset=True)

    def _new_stream(self, number: int) -> Stream:
        window = self._stream_window + self._early_window
        stream = Stream(number, self._initial_send, window, self._now + self.limits.hasty_seconds)
        self.streams[number] = stream
        return stream

    def _closed(self, stream: Stream) -> None:
        """Forget a stream that is closed in both directions; a complete response needs no more of its request."""
        if stream.local_open:
            return
        early = stream.remote_open and not self.client
        if early:
            stream.remote_open = False
            self._put(frames.reset(stream.id, ErrorCode.NO_ERROR))
        if not stream.remote_open and self.streams.pop(stream.id, None) is not None:
            self._remember(stream.id, we_reset=early)

    def _remember(self, number: int, *, we_reset: bool) -> None:
        ended = self._ended_streams
        ended[number] = we_reset
        if len(ended) > _FORGOTTEN:
            ended.popitem(last=False)

    def _is_idle(self, number: int) -> bool:
        if number & 1 == 0:  # the connection, or what only a server that pushes could open
            return True
        return number >= self._next_stream if self.client else number > self.last_peer_stream

    def _is_refused(self, number: int) -> bool:
        return self._refused_above is not None and number > self._refused_above

    # ── windows of what is received ──

    def read(self, stream: Stream, size: int) -> None:
        """Say that a whole message of `size` octets, counted in `queued` and `unread`, was taken by its reader."""
        stream.queued -= size
        self.unread -= size
        self.credit(stream)

    def credit(self, stream: Stream) -> None:
        """Let the peer send more on `stream`, as far as what it sent is no longer kept as a whole message."""
        due = stream.debt - stream.queued
        if due >= self._stream_window >> 1 and stream.remote_open:
            stream.debt -= due
            stream.recv_window += due
            self._put(frames.window_update(stream.id, due))
        if self._debt >= self._connection_window >> 1:
            self._settle_debt()

    def forget(self, stream: Stream) -> None:
        """Nobody will read what `stream` still holds."""
        if stream.queued:
            self.unread -= stream.queued
            stream.queued = 0
            self._settle_debt()

    def _count(self, size: int) -> None:
        """Take octets off the connection's window, whatever becomes of them."""
        self._recv_window -= size
        if self._recv_window < 0:
            breach(ErrorCode.FLOW_CONTROL_ERROR, "DATA beyond the connection's window")
        self._debt += size
        self._estimator.received(size)
        if self._debt >= self._connection_window >> 1:
            self._settle_debt()

    def _settle_debt(self) -> None:
        if self._debt and self.unread <= self.limits.max_unread_bytes:
            due, self._debt = self._debt, 0
            self._credit_connection(due)
            if self._estimator.probe(self._now):
                self.send_ping(flow.PROBE)

    def _credit_connection(self, due: int) -> None:
        if due > 0:
            self._recv_window += due
            self._put(frames.window_update(0, due))

    def _grow(self, window: int) -> None:
        more = window - self._stream_window
        if more > 0:
            self._stream_window = window
            self._say_settings([(frames.INITIAL_WINDOW_SIZE, window)])
            for stream in self.streams.values():
                stream.recv_window += more
        more = 2 * window - self._connection_window
        if more > 0:
            self._connection_window += more
            self._credit_connection(more)

    def _say_settings(self, values: list[tuple[int, int]]) -> None:
        self.unacked += 1
        self._put(frames.settings(values))

    # ── patience ──

    def _excuse(self) -> None:
        """Take a frame that ours gave cause for, as far as they did: credit, or a PING that measures the path."""
        if self._excused < (self.said + self._begun) * _EXCUSES:
            self._excused += 1
        else:
            self._spend()

    def _spend(self) -> None:
        if not self._nuisance.spend(self._now):
            breach(ErrorCode.ENHANCE_YOUR_CALM, _TOO_MUCH)

    def _pump_again(self) -> None:
        """Send what waited; what the peer's windows cut into crumbs is taken off its budget."""
        self.pump()
        crumbs, self.crumbs = self.crumbs, 0
        for _ in range(crumbs):
            self._spend()

    def _count_strike(self) -> None:
        """Warn a client that asks too often whether we live, though nothing was sent that could make it wonder."""
        since, self._pinged = self._now - self._pinged, self._now
        if self.client or self.said != self._said_at_ping:
            self._strikes, self._said_at_ping = 0, self.said
        elif since < self.limits.min_ping_seconds:
            self._strikes += 1
            if self._strikes > self.limits.max_ping_strikes:
                breach(ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings")
